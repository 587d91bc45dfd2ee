"""What a student signs: the wording, by version. A version is never changed; a new wording is a new version.

The three parts that 34 CFR 99.30(b) asks for stand in it: which records, what for, to whom.
"""

import hashlib

from lms.kernel.text import N_, Sentence, say
from lms.people.consent.models import Purpose, RecordType

VERSION = 1

RECORDS = {
    RecordType.PROGRESS: N_("whether you are on pace, and your milestones"),
    RecordType.HOURS: N_("your weekly totals of hours"),
    RecordType.PAID_HOURS: N_("the total of hours a week that the firm pays, and nothing else"),
    RecordType.ATTENDANCE: N_("your attendance at labs and sessions"),
    RecordType.GRADES: N_("your released grades"),
    RecordType.CAPSTONE: N_("the assessment of your capstone"),
}
PURPOSES = {
    Purpose.SPONSORSHIP: N_("so that the firm can support and plan your training"),
    Purpose.PROGRAM_COST: N_("so that the firm can work out what the program cost it and returned"),
    Purpose.AID_CONDITION: N_("because the aid that you receive asks for it"),
}


def consent_text(record_type: RecordType, purpose: Purpose, firm_name: str) -> Sentence:
    """The sentence that is signed, in the current version."""
    return say(
        N_(
            "I allow the program to show %(records)s to %(firm)s, %(purpose)s. "
            "I can take this back at any time; what was shown until then stays shown."
        ),
        records=Sentence(RECORDS[record_type]),
        firm=firm_name,
        purpose=Sentence(PURPOSES[purpose]),
    )


def text_sha256(record_type: RecordType, purpose: Purpose, firm_name: str) -> str:
    """The hash of the English wording, which stands with the consent."""
    return hashlib.sha256(str(consent_text(record_type, purpose, firm_name)).encode()).hexdigest()

"""Brings the Spanish catalog up to date with the sentences in the code: new ones come in empty, gone ones leave.

    python tools/words.py            merge and compile
    python tools/words.py --missing  also list what is not translated yet

Where sentences stand is said in babel.cfg. Translate in lms/translations/es/LC_MESSAGES/messages.po, then run it again.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "lms" / "translations" / "es" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}


def sentences() -> Catalog:
    """Every sentence in the code, untranslated."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(charset="utf-8")
    for path, _line, message, comments, context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.add(message, None, [(path, 1)], auto_comments=comments, context=context)
    return found


def spanish() -> Catalog:
    """The Spanish catalog as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="es")


def is_translated(message: Message) -> bool:
    """Whether every form of it has a text that nobody has to look at again."""
    texts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(texts) and not message.fuzzy


def missing(catalog: Catalog) -> list[Message]:
    """What is not translated yet."""
    return [message for message in catalog if message.id and not is_translated(message)]


def compiled(catalog: Catalog) -> bytes:
    """The catalog as the product reads it."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def main() -> None:
    """Merge, write, compile."""
    catalog = spanish()
    catalog.update(sentences(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, omit_header=False, no_location=True)
    MO.write_bytes(compiled(catalog))
    gone = missing(catalog)
    print(f"{len(catalog)} sentences, {len(gone)} not translated")
    if "--missing" in sys.argv:
        print("\n".join(str(message.id) for message in gone))


if __name__ == "__main__":
    main()

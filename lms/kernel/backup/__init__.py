"""Backups: one folder with a pool of files shared by all of them, and a folder for each with its database.

    FOLDER/files/ab/cdef...                the pool: files by content, so a new backup adds only new ones
    FOLDER/20261123T043000Z/database       the database: an SQLite file, or PostgreSQL's custom dump
    FOLDER/20261123T043000Z/manifest.json  what belongs to it, with hashes, row counts and the heads of all chains
    FOLDER/20261123T043000Z/manifest.mac   seals the manifest with the chain key

The keys are in no backup. Keep `secret.key` and `chain.key` of the data folder somewhere else.
"""

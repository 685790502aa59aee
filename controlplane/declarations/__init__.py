"""Things declared in files: what a folder wants is compared with what is there, and applied.

Every difference is a typed change that the sender performs by themselves, so rights, audit and undo
are the same as for a page. A folder has a name, its *source*; it owns what it declared, and takes
away only that.
"""

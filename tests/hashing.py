"""Django's own password hash with one round, so that a cast of users does not cost seconds.

Other processes can check these passwords, as the number of rounds is part of the hash.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FastHasher(PBKDF2PasswordHasher):
    iterations = 1

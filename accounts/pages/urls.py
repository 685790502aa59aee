"""Addresses of sign-in."""

from django.urls import path

from accounts.pages.gate import open_to_outsiders
from accounts.pages.sign_in import SignIn, SignOut

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", open_to_outsiders(SignOut.as_view()), name="sign-out"),
]

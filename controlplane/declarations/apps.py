from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "controlplane.declarations"
    label = "declarations"

"""The shop's addresses among the pages; mounted when the demo is on."""

from django.urls import path

from demo.pages import set_fault_switch

urlpatterns = [path("demo/fault", set_fault_switch, name="fault-switch")]

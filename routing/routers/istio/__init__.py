"""The router for Istio: one DestinationRule and one VirtualService per service, through the API.

`objects` says what they hold, `ownership` when we keep our hands off, `sidecars` what proxies do.
"""

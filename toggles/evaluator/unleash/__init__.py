"""The doors of Unleash: its client API for servers, its frontend API for browsers and phones.

Our documents are translated where Unleash can say them, so that its SDKs decide as our engine
does. What it cannot say is on for nobody, and the feature's description says so (unsayable).
"""

"""Calls every operation of a Svix server by Svix's own library, and receives what the server sends.

usage: SVIX_SERVER_URL=… SVIX_TOKEN=… python driver.py
"""

import os
import sys
from types import SimpleNamespace

from svix.api import Svix, SvixOptions

import cases_api
import cases_delivery
from support import Cases, Receiver


def client(token):
    return Svix(token, SvixOptions(server_url=os.environ["SVIX_SERVER_URL"]))


token = os.environ["SVIX_TOKEN"]
context = SimpleNamespace(cases=Cases(), receiver=Receiver(), svix=client(token), client=client, token=token)
cases_api.run(context)
cases_delivery.run(context)
sys.exit(1 if context.cases.failed else 0)

"""A mail server for tests: writes what it is sent into a folder, and refuses whom it is told to.

`busy-2-…@…` is answered 451 two times and taken then, `gone-…@…` is answered 550. It prints its port, and ends with
whoever started it.
"""

import asyncio
import email
import email.policy
import json
import os
import sys
import threading

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.asked = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.asked[address] = asked = self.asked.get(address, 0) + 1
        with open(os.path.join(self.folder, "asked"), "a", encoding="utf-8") as file:
            file.write(address + "\n")
        if address.startswith("gone-"):
            return f"550 there is no <{address}>"
        if address.startswith("busy-") and asked <= int(address.split("-")[1]):
            return f"451 <{address}> is busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": message.get_content().replace("\r\n", "\n"),
        }
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:06}.json")
        with open(path + ".half", "w", encoding="utf-8") as file:
            json.dump(told, file)
        os.rename(path + ".half", path)
        return "250 OK"


async def main(folder):
    loop = asyncio.get_running_loop()
    handler = Handler(folder)
    server = await loop.create_server(lambda: SMTP(handler, hostname="sink", enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    await server.serve_forever()


asyncio.run(main(sys.argv[1]))

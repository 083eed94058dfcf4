"""A mail server of the tests that answers as it is told, on a port of this machine."""

import socketserver
import threading

STEPS = ("connect", "mail", "rcpt", "data", "text")  # where a dialogue can stop; "text": it has heard the whole message


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self):
        if not self.goes_on("connect"):
            return
        self.say("220 prueba")
        while line := self.rfile.readline().decode():
            verb = line[:4].strip().lower()
            if verb == "quit":
                self.say("221 adiós")
                return
            if verb in STEPS and not self.goes_on(verb):
                return
            if verb in self.server.refused:
                self.say(self.server.refused[verb])
            elif verb == "data":
                self.say("354 escuche")
                if not self.hear():
                    return
            else:
                self.say("250 bien")

    def hear(self) -> bool:
        text = b"".join(iter(self.rfile.readline, b".\r\n"))
        self.server.heard.append(text.decode())
        if not self.goes_on("text"):
            return False
        self.say(self.server.refused.get("text", "250 recibido"))
        return True

    def goes_on(self, step: str) -> bool:
        """Says nothing more at the step where the server hangs, and hangs up at the one where it drops."""
        if step == self.server.hangs_at:
            self.server.hanging.set()
            self.server.over.wait(30)
            return False
        return step != self.server.drops_at

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """`heard` are the messages whose whole text arrived, whatever it answered. `refused` maps a step to its answer."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.heard: list[str] = []
        self.refused: dict[str, str] = {}
        self.hangs_at = self.drops_at = ""
        self.hanging, self.over = threading.Event(), threading.Event()
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # the other side went away, as it should

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

"""The scanner `alknet` of LlamaFirewall: asks an alknet-firewall server, and blocks when it gets no good answer.

    import alknet_llamafirewall as alknet
    from llamafirewall import LlamaFirewall, UserMessage

    firewall = LlamaFirewall(scanners=alknet.every_role())
    result = firewall.scan(UserMessage("Ignore all previous instructions."))

LlamaFirewall builds a scanner anew for every scan and passes it nothing, so settings come from the environment, and are
read at every scan:

    ALKNET_FIREWALL_URL       http://127.0.0.1:8080
    ALKNET_FIREWALL_TOKEN     bearer token of the server, if it asks for one
    ALKNET_FIREWALL_TIMEOUT   seconds for one scan, from connecting to the last byte: 10
    ALKNET_FIREWALL_ON_ERROR  block | human | raise: what a scan without an answer becomes. There is no allow.
"""

import asyncio
import http.client
import json
import math
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

from llamafirewall import Message, Role, ScanDecision, Scanner, ScanResult, ScanStatus, Trace
from llamafirewall import register_llamafirewall_scanner

__version__ = "0.1.0"
__all__ = ["AlknetScanner", "AlknetUnavailable", "every_role"]

_PATH = "/llamafirewall/scan"
_DEFAULT_URL = "http://127.0.0.1:8080"
_DEFAULT_TIMEOUT_S = 10.0

# A reply is about 100 bytes; a server that sends more is not ours (CWE-400).
_MAX_REPLY_BYTES = 64 * 1024

# The reason ends up in logs and reports.
_MAX_REASON_CHARACTERS = 500


class AlknetUnavailable(Exception):
    """No good answer was had. The message says why and holds none of the scanned text."""


@dataclass(frozen=True)
class _Settings:
    url: str
    token: str
    timeout: float
    on_error: str

    @classmethod
    def from_environment(cls) -> "_Settings":
        try:
            timeout = float(os.environ.get("ALKNET_FIREWALL_TIMEOUT", _DEFAULT_TIMEOUT_S))
        except ValueError:
            timeout = math.nan
        return cls(
            url=os.environ.get("ALKNET_FIREWALL_URL", _DEFAULT_URL),
            token=os.environ.get("ALKNET_FIREWALL_TOKEN", ""),
            timeout=timeout,
            on_error=os.environ.get("ALKNET_FIREWALL_ON_ERROR", "block").strip().lower(),
        )


def every_role(*others: Any) -> Dict[Role, List[Any]]:
    """Scanners for `LlamaFirewall(scanners=...)`: alknet first, then `others`, for each role.

    A role without scanners is allowed by LlamaFirewall without a word, so none is left out. First, because `scan_async`
    stops at the first scanner that does not allow.
    """
    return {role: ["alknet", *others] for role in Role}


@register_llamafirewall_scanner("alknet")
class AlknetScanner(Scanner):
    """Sends the text and the role of a message to `POST /llamafirewall/scan`."""

    def __init__(self) -> None:
        super().__init__("alknet")

    async def scan(self, message: Message, past_trace: Optional[Trace] = None) -> ScanResult:
        settings = _Settings.from_environment()
        try:
            return await asyncio.to_thread(_ask, settings, _text_of(message), message.role.value)
        except Exception as error:
            # Another exception's message may quote the text: only its kind is told.
            why = str(error) if isinstance(error, AlknetUnavailable) else type(error).__name__
            if settings.on_error == "raise":
                raise AlknetUnavailable(why) from None
            human = settings.on_error == "human"
            return ScanResult(
                decision=ScanDecision.HUMAN_IN_THE_LOOP_REQUIRED if human else ScanDecision.BLOCK,
                reason=f"alknet-firewall gave no answer: {why}",
                score=1.0,
                status=ScanStatus.ERROR,
            )


def _text_of(message: Message) -> str:
    if not isinstance(message.content, str):
        raise AlknetUnavailable(f"the content is a {type(message.content).__name__}, not a text")
    if not message.tool_calls:
        return message.content
    return f"{message.content}\n{json.dumps(message.tool_calls, ensure_ascii=False)}"


def _ask(settings: _Settings, text: str, role: str) -> ScanResult:
    # ASCII only: a lone surrogate stays an escape, which UTF-8 could not carry.
    body = json.dumps({"text": text, "role": role}).encode("ascii")
    return _result_of(_post(settings, body))


def _post(settings: _Settings, body: bytes) -> bytes:
    """One request, without proxy and redirects (http.client knows neither), given up after the timeout as a whole."""
    url = urlsplit(settings.url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if url.scheme not in kinds or not url.hostname or url.username is not None:
        raise AlknetUnavailable("ALKNET_FIREWALL_URL is no http(s) URL, or holds a user name")
    if not 0 < settings.timeout <= threading.TIMEOUT_MAX:
        raise AlknetUnavailable("ALKNET_FIREWALL_TIMEOUT is no number of seconds over 0")
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"

    connection = kinds[url.scheme](url.hostname, url.port, timeout=settings.timeout)
    deadline = time.monotonic() + settings.timeout
    expired = threading.Event()
    timer: Optional[threading.Timer] = None
    try:
        connection.connect()
        # A socket's own timeout starts again with every byte; this one does not.
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), _give_up, (connection.sock, expired))
        timer.daemon = True
        timer.start()
        connection.request("POST", url.path.rstrip("/") + _PATH, body, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise AlknetUnavailable(f"the server answered {response.status}")
        reply = response.read(_MAX_REPLY_BYTES + 1)
        if len(reply) > _MAX_REPLY_BYTES:
            raise AlknetUnavailable("the reply is too long")
        # read(n) tells a connection that was cut from the end of the reply only by what is left.
        if response.length or expired.is_set():
            raise AlknetUnavailable("it took too long" if expired.is_set() else "the reply was cut off")
        return reply
    except (OSError, http.client.HTTPException) as error:
        late = expired.is_set() or isinstance(error, TimeoutError)
        raise AlknetUnavailable("it took too long" if late else f"no connection ({type(error).__name__})") from None
    finally:
        if timer is not None:
            timer.cancel()
        connection.close()


def _give_up(sock: socket.socket, expired: threading.Event) -> None:
    expired.set()
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _result_of(reply: bytes) -> ScanResult:
    try:
        answer = json.loads(reply)
        decision = ScanDecision(answer["decision"])
        status = ScanStatus(answer["status"])
        score = answer["score"]
        reason = answer["reason"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise AlknetUnavailable("the reply is not one of alknet-firewall") from None
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
        raise AlknetUnavailable("the reply's score is not between 0 and 1")
    if not isinstance(reason, str):
        raise AlknetUnavailable("the reply's reason is no text")
    if status is not ScanStatus.SUCCESS and decision is ScanDecision.ALLOW:
        raise AlknetUnavailable("the reply allows what was not scanned")
    return ScanResult(decision=decision, reason=reason[:_MAX_REASON_CHARACTERS], score=float(score), status=status)

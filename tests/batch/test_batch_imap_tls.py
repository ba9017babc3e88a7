"""Mail from a server by TLS: read where the certificate holds, and no password sent where it does not."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import letter, subjects  # pyright: ignore[reportAttributeAccessIssue]
from imap_server import ImapServer

from classifier.batch.job import run_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from classifier.batch.config import BatchConfig

pytest.importorskip("imapclient")
x509 = pytest.importorskip("cryptography.x509")
MAILS = {n: letter(n).replace("\n", "\r\n").encode() for n in (1, 2, 3)}


def certificate(folder: Path, name: str, *, host: str = "127.0.0.1", days: int = 2) -> Path:
    """A key with a certificate for `host` that it signed itself, in one file; ended already with `days` below zero."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server for a test")])
    there = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([there]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()) + made.public_bytes(pem))
    return path


@contextmanager
def serving(own: Path, security: str) -> Generator[ImapServer]:
    """A server with the certificate in `own`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    tls, later = (context, None) if security == "tls" else (None, context)
    server = ImapServer(dict(MAILS), tls=tls, starttls=later)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def reading(
    configure: Callable[..., BatchConfig], monkeypatch: pytest.MonkeyPatch
) -> Callable[[ImapServer, str, str], BatchConfig]:
    """Makes a configuration over a server, a security and a file of trusted certificates ("" for the system's own)."""
    monkeypatch.setenv("FOI_PASSWORD", "s3cret words")

    def make(server: ImapServer, security: str, trusted: str) -> BatchConfig:
        return configure(
            f'[[imap]]\nhost = "127.0.0.1"\nuser = "foi"\nport = {server.port}\nsecurity = "{security}"\n'
            f'password_env = "FOI_PASSWORD"\nca_file = "{trusted}"\n',
            inputs="[]",
        )

    return make


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_read_and_the_password_goes_out_encrypted(
    security: str, tmp_path: Path, reading: Callable[[ImapServer, str, str], BatchConfig]
) -> None:
    own = certificate(tmp_path, "own")
    with serving(own, security) as server:
        config = reading(server, security, own.name)
        assert run_batch(config).failures == ()
        assert sorted(subjects(config)) == ["Lanterns 1", "Lanterns 2", "Lanterns 3"]
        assert [c for c in server.log if "LOGIN" in c] == ["TLS LOGIN"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("wrong", ["nobody vouches", "another vouches", "another host", "ended"])
def test_a_certificate_that_does_not_hold_is_told_and_no_password_is_sent(
    wrong: str, security: str, tmp_path: Path, reading: Callable[[ImapServer, str, str], BatchConfig]
) -> None:
    host, days = ("mail.example" if wrong == "another host" else "127.0.0.1"), (-1 if wrong == "ended" else 2)
    own = certificate(tmp_path, "own", host=host, days=days)
    trusted = {"nobody vouches": "", "another vouches": certificate(tmp_path, "other").name}.get(wrong, own.name)
    with serving(own, security) as server:
        (failure,) = run_batch(reading(server, security, trusted)).failures
        assert (failure.source, failure.code) == ("imap[0]", "source-failed")
        assert "certificate" in failure.detail.lower()
        assert not [c for c in server.log if "LOGIN" in c or "AUTHENTICATE" in c]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_without_encryption_gets_no_password(
    security: str, reading: Callable[[ImapServer, str, str], BatchConfig]
) -> None:
    server = ImapServer(dict(MAILS))
    try:
        (failure,) = run_batch(reading(server, security, "")).failures
        assert failure.code == "source-failed"
        assert "s3cret" not in failure.detail
        assert not [c for c in server.log if "LOGIN" in c]
    finally:
        server.shutdown()
        server.server_close()

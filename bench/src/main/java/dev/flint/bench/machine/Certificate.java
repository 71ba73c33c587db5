package dev.flint.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate for 127.0.0.1 that nobody but the tools here trusts.
 *
 * @param key in PEM
 * @param certificate in PEM
 * @param folder with the certificate as skopeo wants it
 */
public record Certificate(Path key, Path certificate, Path folder) {
  /** Makes one, in a folder, which is emptied. */
  public static Certificate make(Path folder) throws IOException {
    Path key = Folders.empty(folder).resolve("key.pem");
    Path trusted = Files.createDirectories(folder.resolve("trusted"));
    Path certificate = trusted.resolve("ca.crt");
    Programs.run(
        Programs.require("openssl", "openssl").toString(),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString(),
        "-days",
        "30",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1");
    return new Certificate(key, certificate, trusted);
  }
}

package dev.flint.agent.kube.api;

import dev.flint.oci.pem.Pem;
import java.nio.file.Path;

/** As whom the API server is asked. The text of none shows a secret. */
public sealed interface Credential {
  /** By nothing. */
  record Nobody() implements Credential {}

  /**
   * By a certificate in TLS.
   *
   * @param chain the own certificate first
   */
  record Certificate(Pem chain, Pem key) implements Credential {}

  /**
   * By a certificate in files, as others write a new one into them now and then; by nothing until
   * they are there.
   */
  record CertificateFiles(Path chain, Path key) implements Credential {}

  /** By a token that stays the same. */
  record Token(String text) implements Credential {
    @Override
    public String toString() {
      return "a token";
    }
  }

  /** By what a file says at the time, as others write a new token into it now and then. */
  record TokenFile(Path file) implements Credential {}
}

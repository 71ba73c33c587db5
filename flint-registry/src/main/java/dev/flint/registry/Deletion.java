package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;

/** Removing content from a repository (OCI distribution spec end-9). */
final class Deletion {
  private final RegistrySession session;
  private final Endpoints endpoints;
  private final String name;

  Deletion(RegistrySession session, Endpoints endpoints, String name) {
    this.session = session;
    this.endpoints = endpoints;
    this.name = name;
  }

  void manifest(Digest digest) throws IOException {
    String action = "delete " + name + "@" + digest;
    Call call = Call.of("DELETE", endpoints.manifest(digest.toString()));
    try (Reply reply = session.send(call)) {
      int status = reply.status();
      if (status == 200 || status == 202 || status == 204) {
        return;
      }
      RegistryException refusal = RegistryException.of(action, reply);
      if (status == 400 || status == 405 || status == 501) {
        throw new FlintException(
            refusal.code(),
            String.valueOf(refusal.getMessage()),
            "this registry does not let clients delete, or is read-only",
            refusal);
      }
      throw refusal;
    }
  }
}

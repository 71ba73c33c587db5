package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Removing content from a repository (OCI distribution spec end-9). Who asked before and got no
 * answer, or one that it is too much now, may find it gone: that is what was wanted.
 */
final class Deletion {
  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final String name;

  Deletion(RegistrySession session, Retries retries, Endpoints endpoints, String name) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.name = name;
  }

  void manifest(Digest digest) throws IOException {
    String action = "delete " + name + "@" + digest;
    Call call = Call.of("DELETE", endpoints.manifest(digest.toString()));
    AtomicInteger attempts = new AtomicInteger();
    retries.run(
        RequestKind.MANIFEST, action, () -> delete(call, action, attempts.incrementAndGet() > 1));
  }

  private int delete(Call call, String action, boolean asked) throws IOException {
    try (Reply reply = session.send(call)) {
      int status = reply.status();
      if (status == 200 || status == 202 || status == 204 || (status == 404 && asked)) {
        return status;
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

package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.TokenServerLostException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Removing content from a repository (OCI distribution spec end-9). Where the registry got the
 * request before and gave no answer, or failed, it may be gone by now: that is what was wanted.
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
    AtomicBoolean mayBeDone = new AtomicBoolean();
    retries.run(
        RequestKind.MANIFEST,
        action,
        () -> {
          try {
            return delete(call, action, mayBeDone.get());
          } catch (IOException e) {
            mayBeDone.compareAndSet(false, mayHaveDone(e));
            throw e;
          }
        });
  }

  /** Whether the registry may have carried out a request that failed so. */
  private static boolean mayHaveDone(IOException e) {
    return e instanceof RegistryException refusal
        ? refusal.status() >= 500
        : Fault.of(e) == Fault.LOST && !(e instanceof TokenServerLostException);
  }

  private int delete(Call call, String action, boolean mayBeDone) throws IOException {
    try (Reply reply = session.send(call)) {
      int status = reply.status();
      if (status == 200 || status == 202 || status == 204 || (status == 404 && mayBeDone)) {
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

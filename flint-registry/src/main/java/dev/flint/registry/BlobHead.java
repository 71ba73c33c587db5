package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;

/** Asks a repository whether it has a blob (OCI distribution spec end-2). Thread-safe. */
final class BlobHead {
  private final RegistrySession session;
  private final Endpoints endpoints;
  private final HostMemory memory;

  BlobHead(RegistrySession session, Endpoints endpoints, HostMemory memory) {
    this.session = session;
    this.endpoints = endpoints;
    this.memory = memory;
  }

  /**
   * Whether it is there; a wrong "no" costs time only.
   *
   * @throws RegistryException if the registry may say more later
   */
  boolean isThere(Descriptor blob) throws IOException {
    if (memory.isHeadUseless()) {
      return false;
    }
    try (Reply reply = session.send(Call.of("HEAD", endpoints.blob(blob.digest())))) {
      if (Fault.isBusy(reply.status())) {
        throw RegistryException.of("look for blob " + blob.digest(), reply);
      }
      if (reply.status() == 405 || reply.status() == 501) {
        memory.headIsUseless();
      }
      return reply.status() == 200 && reply.contentLength().orElse(-1) == blob.size();
    }
  }
}

package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.OptionalLong;

/** Asks how long a blob is that no manifest at hand describes. */
final class BlobLookup {
  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final String name;

  BlobLookup(RegistrySession session, Retries retries, Endpoints endpoints, String name) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.name = name;
  }

  Descriptor describe(Digest blob) throws IOException {
    OptionalLong length = ask("HEAD", blob);
    if (length.isEmpty()) {
      // HEAD may be refused, by the store a registry sends us to if not by itself.
      length = ask("GET", blob);
    }
    return Descriptor.of(
        MediaType.OCTET_STREAM,
        blob,
        length.orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.PROTOCOL,
                    "cannot read blob " + blob + " of " + name + ": its length is not told")));
  }

  private OptionalLong ask(String method, Digest blob) throws IOException {
    String action = "read blob " + blob + " of " + name;
    return retries.run(RequestKind.READ, action, () -> ask(method, blob, action));
  }

  private OptionalLong ask(String method, Digest blob, String action) throws IOException {
    boolean head = method.equals("HEAD");
    try (Reply reply = session.send(Call.of(method, endpoints.blob(blob)))) {
      if (reply.status() != 200) {
        if (head) {
          return OptionalLong.empty();
        }
        throw RegistryException.of(action, reply);
      }
      OptionalLong length = reply.contentLength();
      // Some proxies announce to HEAD the length of what HEAD brings.
      return length.orElse(-1) < (head ? 1 : 0) ? OptionalLong.empty() : length;
    }
  }
}

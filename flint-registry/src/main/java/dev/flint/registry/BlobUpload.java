package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.MediaType;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.function.LongConsumer;

/**
 * One blob's way up: POST opens a session, one PUT with Content-Length brings everything. The form
 * every registry takes (docs/decisions.md).
 */
final class BlobUpload {
  private final RegistrySession session;
  private final URI uploads;
  private final String action;

  BlobUpload(RegistrySession session, URI uploads, String action) {
    this.session = session;
    this.uploads = uploads;
    this.action = action;
  }

  void upload(Descriptor blob, BlobSource source, LongConsumer meter) throws IOException {
    URI location;
    try (Reply opened = session.send(Call.of("POST", uploads))) {
      if (opened.status() != 202) {
        throw RegistryException.of(action, opened);
      }
      location = OriginPolicy.uploadLocation(opened);
    }
    Body body = new Body(MediaType.OCTET_STREAM.value(), blob.size(), source, meter);
    Call put = Call.of("PUT", Endpoints.close(location, blob.digest())).body(body);
    try (Reply done = session.send(put)) {
      if (done.status() != 201) {
        throw RegistryException.of(action, done);
      }
    }
  }
}

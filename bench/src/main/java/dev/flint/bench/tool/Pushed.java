package dev.flint.bench.tool;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Looks at what a tool has pushed, whichever it was. */
public final class Pushed {
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * The image of a reference.
   *
   * @throws IOException if the registry does not have it
   */
  public Image look(String reference) throws IOException {
    int slash = reference.indexOf('/');
    int colon = reference.lastIndexOf(':');
    URI uri =
        URI.create(
            "http://%s/v2/%s/manifests/%s"
                .formatted(
                    reference.substring(0, slash),
                    reference.substring(slash + 1, colon),
                    reference.substring(colon + 1)));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header(
                "Accept", MediaType.OCI_MANIFEST.value() + ", " + MediaType.DOCKER_MANIFEST.value())
            .build();
    HttpResponse<byte[]> reply = send(request);
    if (reply.statusCode() != 200) {
      throw new IOException(uri + " answers " + reply.statusCode());
    }
    Document document =
        Document.received(reply.body(), Digest.sha256(reply.body()), Optional.empty());
    return new Image(reference, Manifest.of(document).layers().get(0));
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while asking the registry");
    }
  }
}

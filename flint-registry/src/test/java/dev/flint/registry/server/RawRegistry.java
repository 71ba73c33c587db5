package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Speaks to a registry without any client in between. */
final class RawRegistry {
  static final String ACCEPT =
      "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

  private final HttpClient client;
  private final URI base;
  private final String authorization;

  RawRegistry(InetSocketAddress address) {
    this("http://127.0.0.1:" + address.getPort() + "/", builder().build(), "");
  }

  private RawRegistry(String base, HttpClient client, String authorization) {
    this.base = URI.create(base);
    this.client = client;
    this.authorization = authorization;
  }

  /** Speaks TLS with one that shows a certificate of the tests. */
  static RawRegistry tls(InetSocketAddress address, TestCertificate certificate) {
    return new RawRegistry(
        "https://127.0.0.1:" + address.getPort() + "/",
        builder().sslContext(trusting(certificate)).build(),
        "");
  }

  /** The same, spoken to with a login. */
  RawRegistry as(String user, String password) {
    String login = user + ":" + password;
    return new RawRegistry(
        base.toString(),
        client,
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(60));
  }

  /** Trusts a certificate of the tests, and no other. */
  static SSLContext trusting(TestCertificate certificate) {
    try (InputStream in = Files.newInputStream(certificate.pem())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "tests", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** An answer. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] bytes() {
      return response.body();
    }

    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The address the answer points to. */
    String location() {
      return response.uri().resolve(header("Location")).toString();
    }

    /** The one header the spec lets be relative. */
    String locationWith(String parameter) {
      String location = location();
      return location + (location.indexOf('?') < 0 ? "?" : "&") + parameter;
    }

    /** Checks the status, showing the body if it differs. */
    Answer is(int expected) {
      assertEquals(expected, status(), this::text);
      return this;
    }

    /** The code of the first error. */
    String problem() {
      try {
        assertEquals("application/json", header("Content-Type").split(";", -1)[0]);
        return JsonObject.parse(bytes(), "error").objects("errors").get(0).requiredString("code");
      } catch (FlintException e) {
        throw new AssertionError("not an error in JSON: " + text(), e);
      }
    }

    JsonObject json() {
      try {
        return JsonObject.parse(bytes(), "answer");
      } catch (FlintException e) {
        throw new AssertionError("not JSON: " + text(), e);
      }
    }
  }

  /** {@code HOST:PORT} as in image references. */
  String host() {
    return base.getAuthority();
  }

  Answer send(String method, String path, String... headers) {
    return send(method, path, BodyPublishers.noBody(), headers);
  }

  Answer send(String method, String path, byte[] body, String... headers) {
    return send(method, path, BodyPublishers.ofByteArray(body), headers);
  }

  Answer send(String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, body)
            .timeout(Duration.ofSeconds(60));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer get(String path, String... headers) {
    return send("GET", path, headers);
  }

  Answer head(String path, String... headers) {
    return send("HEAD", path, headers);
  }

  Answer delete(String path) {
    return send("DELETE", path);
  }

  /** Opens an upload session. */
  Answer startUpload(String name) {
    return send("POST", "/v2/" + name + "/blobs/uploads/").is(202);
  }

  /** Pushes a blob by POST and PUT. */
  Descriptor pushBlob(String name, byte[] content, MediaType type) {
    Digest digest = Digest.sha256(content);
    send(
            "PUT",
            startUpload(name).locationWith("digest=" + digest),
            content,
            "Content-Type",
            "application/octet-stream")
        .is(201);
    return Descriptor.of(type, digest, content.length);
  }

  /** Pushes config and layer, and makes their manifest. */
  Document image(String name, String content) {
    Descriptor config =
        pushBlob(
            name,
            ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"note\":\"" + content + "\"}")
                .getBytes(StandardCharsets.UTF_8),
            MediaType.OCI_CONFIG);
    Descriptor layer =
        pushBlob(name, content.getBytes(StandardCharsets.UTF_8), MediaType.OCI_LAYER_TAR);
    return Manifest.create(config, List.of(layer), Map.of());
  }

  Answer pushManifest(String name, String reference, Document document) {
    return pushManifest(name, reference, document.mediaType().value(), document.bytes());
  }

  Answer pushManifest(String name, String reference, String type, byte[] bytes) {
    return send("PUT", "/v2/" + name + "/manifests/" + reference, bytes, "Content-Type", type);
  }

  Answer manifest(String name, String reference) {
    return get("/v2/" + name + "/manifests/" + reference, "Accept", ACCEPT);
  }

  Answer blob(String name, Digest digest) {
    return get("/v2/" + name + "/blobs/" + digest);
  }
}

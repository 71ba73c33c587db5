package dev.flint.agent.kube.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeconfigTest {
  @TempDir private Path folder;

  private Path write(String cluster, String user) throws IOException {
    return Files.writeString(
        folder.resolve("config"),
        """
        apiVersion: v1
        kind: Config
        preferences: {}
        current-context: here
        contexts:
        - {name: other, context: {cluster: other, user: other}}
        - {name: here, context: {cluster: edge, user: node, namespace: x}}
        clusters:
        - {name: other, cluster: {server: "https://other.example:6443"}}
        - {name: edge, cluster: {server: "https://api.example:6443/k8s", %s}}
        users:
        - {name: node, user: {%s}}
        """
            .formatted(cluster, user),
        StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsWhatTheCurrentContextSays() throws IOException {
    Path file =
        write(
            "certificate-authority-data: " + base64("CA") + ", tls-server-name: inner",
            "client-certificate-data: " + base64("C") + ", client-key-data: " + base64("K"));
    ApiAccess access = Kubeconfig.read(file);
    assertEquals("https://api.example:6443/k8s", access.server().toString());
    assertEquals("CA", text(access.authority().orElseThrow().bytes()));
    assertTrue(access.verify());
    assertEquals("inner", access.serverName());
    Credential.Certificate own =
        assertInstanceOf(Credential.Certificate.class, access.credential());
    assertEquals("C", text(own.chain().bytes()));
    assertEquals("K", text(own.key().bytes()));
    assertFalse(access.toString().contains("K="), access::toString);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void filesAreRelativeToItsFolder() throws IOException {
    Files.createDirectory(folder.resolve("pki"));
    Files.writeString(folder.resolve("pki/ca.crt"), "CA", StandardCharsets.UTF_8);
    ApiAccess access =
        Kubeconfig.read(write("certificate-authority: pki/ca.crt", "tokenFile: token, token: x"));
    assertEquals("CA", text(access.authority().orElseThrow().bytes()));
    assertEquals(new Credential.TokenFile(folder.resolve("token")), access.credential());
  }

  @Test
  void aTokenIsNotInItsText() throws IOException {
    ApiAccess access = Kubeconfig.read(write("insecure-skip-tls-verify: true", "token: s3cret"));
    assertFalse(access.verify());
    assertEquals(new Credential.Token("s3cret"), access.credential());
    assertFalse(access.toString().contains("s3cret"), access::toString);
  }

  @Test
  void whatWouldRunProgramsOrCannotWorkIsRefused() throws IOException {
    refused(ErrorCode.UNSUPPORTED, "exec", write("", "exec: {command: aws}"));
    refused(ErrorCode.UNSUPPORTED, "auth-provider", write("", "auth-provider: {name: gcp}"));
    refused(ErrorCode.UNSUPPORTED, "proxy-url", write("proxy-url: 'http://p:1'", "token: t"));
    refused(ErrorCode.UNSUPPORTED, "username", write("", "username: a, password: hidden"));
    refused(ErrorCode.USAGE, "come together", write("", "client-key-data: " + base64("K")));
    refused(ErrorCode.USAGE, "is not base64", write("certificate-authority-data: '%'", "token: t"));
  }

  @Test
  void aContextThatIsNotThereIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("c"), "kind: Config\ncurrent-context: gone\n");
    refused(ErrorCode.USAGE, "there is no \"gone\" among its contexts", file);
  }

  private static void refused(ErrorCode code, String text, Path file) {
    FlintException e = assertThrows(FlintException.class, () -> Kubeconfig.read(file));
    assertEquals(code, e.code());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(text) && message.contains(file.toString()), message);
    assertFalse(message.contains("hidden"), message);
  }

  @Test
  void aPodOfAClusterHasItsServiceAccount() throws IOException {
    Files.writeString(folder.resolve("token"), "t", StandardCharsets.UTF_8);
    Files.writeString(folder.resolve("ca.crt"), "CA", StandardCharsets.UTF_8);
    ApiAccess access =
        InCluster.read(
            Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "443"), folder);
    assertEquals("https://[fd00::1]:443", access.server().toString());
    assertEquals(new Credential.TokenFile(folder.resolve("token")), access.credential());
    FlintException e = assertThrows(FlintException.class, () -> InCluster.read(Map.of(), folder));
    assertEquals(ErrorCode.USAGE, e.code());
  }
}

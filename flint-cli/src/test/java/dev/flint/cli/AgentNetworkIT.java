package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod on a network of CNI, and the death of its agent. The network is for tests (RFC 2544). */
@Timeout(180)
class AgentNetworkIT {
  private static final String BRIDGE = "fltcni1";
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  @TempDir Path folder;
  private AgentDevice device;
  private String forwarding = "";

  @BeforeEach
  void device() throws IOException {
    Peers.require("ip");
    Peers.requireFile(List.of(Path.of("/usr/lib/cni/bridge"), Path.of("/opt/cni/bin/bridge")));
    forwarding = Files.readString(FORWARDING);
    Path networks = Files.createDirectory(folder.resolve("net.d"));
    Files.writeString(
        networks.resolve("10-test.conflist"),
        """
        {"cniVersion": "0.4.0", "name": "flint-pods", "plugins": [
          {"type": "bridge", "bridge": "%s", "isGateway": true,
           "ipam": {"type": "host-local", "dataDir": "%s",
                    "ranges": [[{"subnet": "198.19.78.0/24"}]]}}]}
        """
            .formatted(BRIDGE, folder.resolve("leases")));
    device = AgentDevice.make(folder);
    device.networks(networks);
    device.startAgent();
  }

  @AfterEach
  void close() throws IOException {
    if (device != null) {
      device.close();
      Command.run("ip", "link", "delete", "dev", BRIDGE);
      Files.writeString(FORWARDING, forwarding);
    }
  }

  private String address() throws IOException {
    for (JsonObject instance : device.ask("list").objects("instances")) {
      return instance.object("state").orElseThrow().string("address").orElse("");
    }
    return "";
  }

  private static String get(String host) throws IOException {
    URLConnection connection = URI.create("http://" + host + "/").toURL().openConnection();
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(10_000);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aPodIsReadyAtItsAddressWhateverBecomesOfTheAgent() throws IOException {
    device.write(
        "web.yaml",
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, annotations: {flint.dev/network: cni}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: server
            image: %s
            command: [sh, -c, "echo hello >/tmp/index.html; exec busybox httpd -f -p 80 -h /tmp"]
            readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}
        """
            .formatted(device.box()));
    device.await("it is ready", () -> device.pod("web").flag("ready"));
    String address = address();
    assertTrue(address.startsWith("198.19.78."), address);
    assertEquals("hello\n", get(address));
    String listed = device.user().run("ps", "-o", "json").ok();
    assertTrue(listed.contains("\"address\" : \"" + address + "\""), listed);

    device.killAgent();
    assertEquals("hello\n", get(address));
    device.startAgent();
    device.await("it is ready again", () -> device.pod("web").flag("ready"));
    assertEquals(address, address());

    device.killAgent();
    device.delete("web.yaml");
    device.startAgent();
    device.awaitNothingLeft();
    try (Stream<Path> leases = Files.list(folder.resolve("leases/flint-pods"))) {
      assertFalse(leases.anyMatch(file -> file.endsWith(address)), "its address is given back");
    }
    assertFalse(
        Files.exists(Path.of("/run/flint-netns", device.namespace() + "-default_web_server")));
  }
}

package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.testing.Containerd;
import dev.flint.cli.doctor.ContainerdCheckup;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint doctor} on real QEMU, containerd and docker-registry. */
class DoctorIT {
  @TempDir Path home;

  @Test
  void runsAGuestInQemu() {
    Peers.require("qemu-system-x86_64");
    Cli.Result result = new Cli(home).in(home).run("doctor");
    result.ok();
    assertTrue(result.out().contains("qemu: ") && result.out().contains("version "), result.out());
    assertTrue(result.out().contains("guest: a tiny one ran"), result.out());
  }

  @Test
  void asksContainerd() throws IOException, InterruptedException {
    String path = String.valueOf(System.getenv("PATH"));
    try (Containerd containerd = Containerd.start(path)) {
      ContainerdCheckup checkup =
          new ContainerdCheckup(Map.of("PATH", path), containerd.socket(), home.resolve("state"));
      List<Finding> findings = checkup.look();
      assertEquals(Finding.Level.OK, findings.get(0).level(), findings.toString());
      assertTrue(findings.get(0).message().contains(", version "), findings.toString());
      assertEquals(Finding.Level.OK, findings.get(1).level(), findings.toString());
    }
  }

  @Test
  void reachesDockerRegistryOverTls() throws IOException {
    TestCertificate certificate = TestCertificate.create(home.resolve("key"), "IP:127.0.0.1");
    try (DockerRegistry registry =
        DockerRegistry.start(
            Files.createDirectory(home.resolve("registry")),
            new DockerRegistrySettings().tls(certificate))) {
      Cli user = new Cli(home).in(home).with("PATH", home.toString());
      String host = registry.host();
      String key = "registries." + host;
      user.run("config", "set", key + ".plain-http", "false").ok();
      assertEquals(11, user.run("doctor").exit());
      user.run("config", "set", key + ".ca-file", certificate.pem().toString()).ok();
      String out = user.run("doctor").ok();
      assertTrue(out.contains("registry " + host + ": reached over TLS"), out);
    }
  }
}

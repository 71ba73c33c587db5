package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which registries a command names: only to those may a password go that comes with it. */
class RegistryOperandTest {
  @ParameterizedTest
  @CsvSource({
    "ghcr.io, [ghcr.io]",
    "localhost:5000, [localhost:5000]",
    "ghcr.io/me/x:1, [ghcr.io]",
    "GHCR.io/me/x:1, [ghcr.io]",
    "docker://ghcr.io/me/x:1, [ghcr.io]",
    "ghcr.io/a:1 ghcr.io/b:1, [ghcr.io]",
    "ghcr.io/a:1 docker.io/b/c:1, '[docker.io, ghcr.io]'",
    "ghcr.io/a:1 oci:dir:1, [ghcr.io]",
    "oci:/srv/dir:1 docker://ghcr.io/a:1, [ghcr.io]",
    "ghcr.io/a:1 docker-archive:/srv/a.tar, [ghcr.io]",
    "ghcr.io/a:1 manifest.json, [ghcr.io]",
    "ghcr.io/a:1 ./manifest.json, [ghcr.io]",
    "ghcr.io/a:1 /srv/manifest.json, [ghcr.io]",
    "ghcr.io/a:1 -, [ghcr.io]",
    "local, []",
    "me/local:1, []",
  })
  void namesRegistries(String operands, String hosts) {
    assertEquals(hosts, RegistryOperand.hostsAmong(List.of(operands.split(" "))).toString());
  }
}

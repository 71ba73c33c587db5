package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelatedHostsTest {
  @ParameterizedTest
  @CsvSource({
    "registry-1.docker.io, auth.docker.io, true",
    "index.docker.io, auth.docker.io, true",
    "registry.gitlab.com, gitlab.com, true",
    "registry.gitlab.com, GITLAB.COM, true",
    "registry.corp.internal, auth.corp.internal, true",
    "docker.elastic.co, docker-auth.elastic.co, true",
    "registry.example.co.uk, auth.example.co.uk, true",
    "registry.example.co.uk, evil.co.uk, false",
    "one.github.io, two.github.io, false",
    "docker.io, docker.io.evil.example, false",
    "notdocker.io, docker.io, false",
    "com, com, false",
    "192.0.2.7, 192.0.2.7, false",
    "192.0.2.7, 1.0.2.7, false",
    "[2001:db8::1], [2001:db8::1], false",
    "registry, registry, false",
    "localhost, localhost, false",
  })
  void looksAtTheDomainThatSomebodyRegistered(String a, String b, boolean related) {
    assertEquals(related, RelatedHosts.areRelated(url(a), url(b)));
    assertEquals(related, RelatedHosts.areRelated(url(b), url(a)));
  }

  private static URI url(String host) {
    return URI.create("https://" + host + ":5000/x");
  }
}

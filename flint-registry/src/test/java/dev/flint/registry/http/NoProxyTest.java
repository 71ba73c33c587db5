package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoProxyTest {
  @ParameterizedTest
  @CsvSource({
    "'', registry.example, 443, false",
    "*, registry.example, 443, true",
    "'a.example, *', registry.example, 443, true",
    "registry.example, registry.example, 443, true",
    "REGISTRY.example, Registry.Example, 443, true",
    "example, registry.example, 443, true",
    "ample, registry.example, 443, false",
    ".example, registry.example, 443, true",
    ".registry.example, registry.example, 443, false",
    "*.example, registry.example, 443, true",
    "*.registry.example, registry.example, 443, false",
    "registry.example:5000, registry.example, 5000, true",
    "registry.example:5000, registry.example, 443, false",
    ".example:443, registry.example, 443, true",
    "'x.example,, registry.example ', registry.example, 443, true",
    "192.0.2.7, 192.0.2.7, 443, true",
    "192.0.2.7:80, 192.0.2.7, 443, false",
    "192.0.2.7:443, 192.0.2.7, 443, true",
    "192.0.2.7, 192.0.2.70, 443, false",
    "2.7, 192.0.2.7, 443, false",
    "192.0.2.0/24, 192.0.2.7, 443, true",
    "192.0.2.8/29, 192.0.2.7, 443, false",
    "192.0.2.0/33, 192.0.2.7, 443, false",
    "0.0.0.0/0, 192.0.2.7, 443, true",
    "0.0.0.0/0, 2001:db8::1, 443, false",
    "2001:db8::/32, 2001:db8::1, 443, true",
    "2001:db8::1, 2001:db8:0::1, 443, true",
    "[2001:db8::1]:443, 2001:db8::1, 443, true",
    "[2001:db8::1]:80, 2001:db8::1, 443, false",
    "192.0.2.0/24, registry.example, 443, false",
    "nonsense/24, 192.0.2.7, 443, false",
    "'', localhost, 5000, true",
    "'', x.localhost, 5000, true",
    "'', 127.9.8.7, 5000, true",
    "'', ::1, 5000, true",
  })
  void goesByTheRulesOfGo(String rules, String host, int port, boolean covered) {
    assertEquals(covered, new NoProxy(rules).covers(host, port));
  }
}

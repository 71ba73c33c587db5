package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  @ParameterizedTest
  @CsvSource({
    "HTTPS_PROXY, http://p:3128, https://r.example/, p:3128",
    "https_proxy, p:3128, https://r.example/, p:3128",
    "HTTPS_PROXY, p, https://r.example/, p:80",
    "HTTPS_PROXY, http://[2001:db8::1]:3128, https://r.example/, 2001:db8::1:3128",
    "HTTPS_PROXY, http://p:3128, http://r.example/, none",
    "http_proxy, http://p:3128, http://r.example/, p:3128",
    "http_proxy, http://p:3128, https://r.example/, none",
    "HTTP_PROXY, http://p:3128, http://r.example/, none",
    "ALL_PROXY, http://p:3128, http://r.example/, p:3128",
    "all_proxy, socks5://p, HTTPS://r.example/, p:1080",
    "HTTPS_PROXY, http://p:3128, https://127.0.0.1:5000/, none",
    "HTTPS_PROXY, '', https://r.example/, none",
  })
  void goBy(String variable, String value, URI url, String proxy) throws FlintException {
    Proxies proxies = Proxies.fromEnvironment(Map.of(variable, value));
    assertEquals(proxy, proxies.on(url).map(ProxyServer::toString).orElse("none"));
  }

  @Test
  void lowerCaseAndTheNarrowerNameWin() throws FlintException {
    Proxies proxies =
        Proxies.fromEnvironment(
            Map.of("https_proxy", "a:1", "HTTPS_PROXY", "b:1", "ALL_PROXY", "c:1"));
    assertEquals("a:1", proxies.on(URI.create("https://r.example/")).orElseThrow().toString());
    assertEquals("c:1", proxies.on(URI.create("http://r.example/")).orElseThrow().toString());
  }

  @Test
  void aPasswordIsDecodedAndNotShown() throws FlintException {
    ProxyServer proxy = ProxyServer.parse("HTTPS_PROXY", "http://us%40er:p%25+w@p:1");
    // us@er:p%+w
    assertEquals(Optional.of("Basic dXNAZXI6cCUrdw=="), proxy.authorization());
    assertEquals("p:1", proxy.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u:secret@",
        "http://u:secret@p:99999",
        "http://u:secret%@p",
        "https://u:secret@p",
        "ftp://u:secret@p",
        "socks5://u:secret@p",
        "http://u:secret@a_b",
      })
  void whatCannotBeUnderstoodIsRefusedWithoutItsPassword(String value) {
    FlintException e =
        Failures.expect(
            ErrorCode.USAGE, () -> Proxies.fromEnvironment(Map.of("HTTPS_PROXY", value)));
    String text = e.getMessage() + e.remedy() + e.getCause();
    assertFalse(text.contains("secret"), text);
  }
}

package dev.flint.agent.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Failures;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTextTest {
  private static final String FIXED = "ip=198.18.0.2/23,gateway=198.18.0.1,dns=198.18.0.3";

  @Test
  void readsADeviceWithAnAddress() throws IOException {
    GuestAddress address = new GuestAddress("198.18.0.2", 23, "198.18.0.1", "198.18.0.3");
    assertEquals(new Network.Tap("tap0", address), NetworkText.parse("tap:tap0," + FIXED));
    assertEquals(FIXED, address.text());
    assertEquals("255.255.254.0", address.mask());
    assertEquals("255.255.255.255", GuestAddress.parse("ip=198.18.0.2/32").mask());
    assertEquals(
        new Network.Bridge("br0", new GuestAddress("dhcp", 0, "", "")),
        NetworkText.parse("bridge:br0,ip=dhcp"));
    assertEquals(new Network.Tap("a.b_c-d", GuestAddress.NONE), NetworkText.parse("tap:a.b_c-d"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "tap",
        "tap:",
        "tap:sixteen-letters-",
        "user:x",
        "host,ip=dhcp",
        "tap:a,",
        "tap:a,ip=198.18.0.2",
        "tap:a,ip=198.18.0.2/0",
        "tap:a,ip=198.18.0.2/33",
        "tap:a,ip=198.18.0.256/24",
        "tap:a,ip=198.18.00.2/24",
        "tap:a,ip=198.18.2/24",
        "tap:a,ip=::1/64",
        "tap:a,ip=198.18.0.2/24,gateway=x",
        "tap:a,gateway=198.18.0.1",
        "tap:a,ip=dhcp,dns=198.18.0.1",
        "tap:a,ip=dhcp,ip=dhcp",
        "tap:a,ip=198.18.0.2/24,mtu=9",
      })
  void refusesWhatIsNone(String text) {
    Failures.expect(ErrorCode.USAGE, () -> NetworkText.parse(text));
  }
}

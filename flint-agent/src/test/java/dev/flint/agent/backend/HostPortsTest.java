package dev.flint.agent.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortsTest {
  private static PortForward forward(String address, int port, Protocol protocol) {
    return new PortForward(address, port, 80, protocol);
  }

  @Test
  void aPortIsChosenWhereNoneWas() throws IOException {
    List<PortForward> chosen =
        HostPorts.choose(
            List.of(forward("127.0.0.1", 0, Protocol.TCP), forward("127.0.0.1", 0, Protocol.UDP)));
    assertTrue(chosen.get(0).hostPort() > 0, chosen.toString());
    assertEquals(chosen, HostPorts.choose(chosen));
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (DatagramSocket taken =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      PortForward port = forward("127.0.0.1", taken.getLocalPort(), Protocol.UDP);
      String message =
          String.valueOf(
              Failures.expect(ErrorCode.LOCAL_IO, () -> HostPorts.requireFree(List.of(port)))
                  .getMessage());
      assertTrue(message.contains(taken.getLocalPort() + "/udp of 127.0.0.1"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "::1", "1.2.3", "1.2.3.256", "1.2.3.+4", "0x7f.0.0.1"})
  void onlyFourNumbersAreAnAddress(String address) {
    Failures.expect(
        ErrorCode.UNSUPPORTED,
        () -> HostPorts.choose(List.of(forward(address, 8080, Protocol.TCP))));
  }

  @Test
  void aPortIsForwardedOnce() {
    Failures.expect(
        ErrorCode.USAGE,
        () ->
            HostPorts.choose(
                List.of(
                    forward("127.0.0.1", 8080, Protocol.TCP),
                    forward("0.0.0.0", 8080, Protocol.TCP))));
  }
}

package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.agent.instance.PortForward;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionTextsTest {
  private final OptionTexts.PortConverter ports = new OptionTexts.PortConverter();

  @ParameterizedTest
  @CsvSource({
    "80, 0.0.0.0, 0, 80, TCP",
    "8080:80, 0.0.0.0, 8080, 80, TCP",
    "53:53/udp, 0.0.0.0, 53, 53, UDP",
    "127.0.0.1:8080:80, 127.0.0.1, 8080, 80, TCP",
    "127.0.0.1::80/tcp, 127.0.0.1, 0, 80, TCP",
    "[::1]:8080:80, 0:0:0:0:0:0:0:1, 8080, 80, TCP",
  })
  void portsAreWrittenAsWithDocker(
      String text, String address, int host, int guest, PortForward.Protocol protocol) {
    assertEquals(new PortForward(address, host, guest, protocol), ports.convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "0", "70000:80", "8080:", "1.2.3:80:80", "300.0.0.1:80:80"})
  void whatIsNoPortIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> ports.convert(text));
  }
}

package dev.flint.agent.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedPortsTest {
  private static final PortForward PORT = new PortForward("127.0.0.1", 8080, 80, Protocol.TCP);

  private final PublishedPorts ports = new PublishedPorts();

  @Test
  void aPortLeadsToOneInstance() throws IOException {
    ports.claim("web", List.of(PORT));
    ports.claim("web", List.of(PORT));
    PortForward everywhere = new PortForward("0.0.0.0", 8080, 81, Protocol.TCP);
    Failures.expect(ErrorCode.LOCAL_IO, () -> ports.claim("other", List.of(everywhere)));
    ports.claim("other", List.of(new PortForward("127.0.0.2", 8080, 80, Protocol.TCP)));
    ports.release("web");
    ports.claim("third", List.of(PORT));
  }

  @Test
  void whoOnlyAsksTakesNothing() throws IOException {
    ports.requireFree("guest", List.of(PORT));
    ports.claim("web", List.of(PORT));
    ports.requireFree("web", List.of(PORT));
    assertEquals(
        "port 8080/tcp of 127.0.0.1 leads to web",
        Failures.expect(ErrorCode.LOCAL_IO, () -> ports.requireFree("guest", List.of(PORT)))
            .getMessage());
  }
}

package dev.flint.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageConfigTest {
  private static final String FULL =
      """
      {"architecture":"arm64","os":"linux","variant":"v8","created":"1970-01-01T00:00:00Z",
       "feather.backend":"osv","fledge.hypervisor":"qemu","unknown":[{"deep":null}],
       "config":{"Cmd":["--verbose","/hello","",""],"Env":["A=b=c"],"WorkingDir":"/w",
         "User":"www:adm","StopSignal":"SIGQUIT",
         "ExposedPorts":{"80/tcp":{},"53/udp":{}},"Labels":{"feather.memory":"128"}},
       "rootfs":{"type":"layers","diff_ids":
         ["sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"]}}
      """;

  private static ImageConfig parse(String text) throws FlintException {
    byte[] bytes = text.getBytes(UTF_8);
    return ImageConfig.parse(bytes, Digest.sha256(bytes));
  }

  @Test
  void readsAConfig() throws FlintException {
    ImageConfig config = parse(FULL);
    assertEquals(Platform.parse("linux/arm64/v8"), config.platform());
    assertEquals(Optional.of("osv"), config.backend());
    assertEquals(Optional.of("qemu"), config.runtime());
    assertEquals(List.of("--verbose", "/hello", "", ""), config.cmd());
    assertEquals(List.of(), config.entrypoint());
    assertEquals(List.of("A=b=c"), config.env());
    assertEquals("/w", config.workingDir());
    assertEquals("www:adm", config.user());
    assertEquals("SIGQUIT", config.stopSignal());
    assertEquals(List.of("80/tcp", "53/udp"), config.ports());
    assertEquals(Map.of("feather.memory", "128"), config.labels());
    assertEquals(Optional.of("1970-01-01T00:00:00Z"), config.created());
    assertEquals(1, config.diffIds().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"config\":null,\"rootfs\":null}",
        "{\"config\":{\"Labels\":null,\"Cmd\":null,\"Env\":null,\"ExposedPorts\":null}}"
      })
  void readsAConfigThatSaysNothing(String text) throws FlintException {
    ImageConfig config = parse(text);
    assertEquals(Optional.empty(), config.backend());
    assertEquals(Optional.empty(), config.runtime());
    assertEquals(List.of(), config.cmd());
    assertEquals(List.of(), config.ports());
    assertEquals(List.of(), config.diffIds());
    assertEquals("", config.workingDir());
  }

  /** Each place alone is enough, in the order of docs/format.md. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"feather.backend\":\"osv\",\"feather.runtime\":\"qemu\"}",
        "{\"config\":{\"feather.backend\":\"osv\",\"feather.runtime\":\"qemu\"}}",
        "{\"config\":{\"Labels\":{\"feather.backend\":\"osv\",\"feather.runtime\":\"qemu\"}}}",
        "{\"fledge.backend\":\"osv\",\"fledge.hypervisor\":\"qemu\"}",
        "{\"config\":{\"fledge.backend\":\"osv\",\"fledge.hypervisor\":\"qemu\"}}",
      })
  void findsTheBackendInEachPlace(String text) throws FlintException {
    assertEquals(Optional.of("osv"), parse(text).backend());
    assertEquals(Optional.of("qemu"), parse(text).runtime());
  }

  /** E27. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../x", "..", ".qemu", "-qemu", "a/b", "a\\\\b", "", " ", "qemu ", "q\\n", "\\u0000"
      })
  void refusesABackendOrHypervisorThatIsNoName(String value) throws FlintException {
    for (String key :
        List.of("feather.backend", "fledge.backend", "feather.runtime", "fledge.hypervisor")) {
      ImageConfig config = parse("{\"%s\":\"%s\"}".formatted(key, value));
      Failures.expect(
          ErrorCode.POLICY, key.endsWith("backend") ? config::backend : config::runtime);
    }
  }

  /** U1: config keys. */
  @Test
  void refusesEveryPairOfPlacesThatDisagree() throws FlintException {
    String[] places = {
      "\"feather.backend\":\"%s\"",
      "\"config\":{\"feather.backend\":\"%s\"}",
      "\"config\":{\"Labels\":{\"feather.backend\":\"%s\"}}",
      "\"fledge.backend\":\"%s\"",
      "\"config\":{\"fledge.backend\":\"%s\"}",
    };
    int pairs = 0;
    for (String first : places) {
      for (String second : places) {
        if (first.equals(second)
            || (first.startsWith("\"config") && second.startsWith("\"config"))) {
          continue;
        }
        String same = "{" + first.formatted("osv") + "," + second.formatted("osv") + "}";
        assertEquals(Optional.of("osv"), parse(same).backend());
        ImageConfig torn =
            parse("{" + first.formatted("osv") + "," + second.formatted("containerd") + "}");
        Failures.expect(ErrorCode.PROTOCOL, torn::backend);
        pairs++;
      }
    }
    assertEquals(14, pairs);
    ImageConfig inside =
        parse(
            "{\"config\":{\"feather.runtime\":\"qemu\",\"Labels\":{\"feather.runtime\":\"xen\"}}}");
    Failures.expect(ErrorCode.PROTOCOL, inside::runtime);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"feather.backend\":1}",
        "{\"config\":[]}",
        "{\"config\":{\"Labels\":{\"x\":1}}}",
        "{\"config\":{\"Labels\":[]}}",
      })
  void refusesMembersOfTheWrongType(String text) throws FlintException {
    ImageConfig config = parse(text);
    Failures.expect(ErrorCode.PROTOCOL, config::backend);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rootfs\":{\"diff_ids\":[1]}}",
        "{\"rootfs\":{\"diff_ids\":[\"x\"]}}",
        "{\"rootfs\":{\"diff_ids\":[\"sha256:../../../etc/passwd\"]}}",
        "{\"rootfs\":{\"diff_ids\":\"sha256:x\"}}",
        "{\"rootfs\":[]}",
      })
  void refusesMalformedDiffIds(String text) throws FlintException {
    ImageConfig config = parse(text);
    Failures.expect(ErrorCode.PROTOCOL, config::diffIds);
  }

  @Test
  void damagedConfigsGiveOrdinaryFailures() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = FULL.getBytes(UTF_8);
      for (int d = 0; d <= random.nextInt(3); d++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        ImageConfig config = ImageConfig.parse(bytes, Digest.sha256(bytes));
        config.backend();
        config.runtime();
        config.cmd();
        config.ports();
        config.diffIds();
        config.platform();
      } catch (FlintException e) {
        assertTrue(List.of(ErrorCode.PROTOCOL, ErrorCode.POLICY).contains(e.code()), e::toString);
      }
    }
  }
}

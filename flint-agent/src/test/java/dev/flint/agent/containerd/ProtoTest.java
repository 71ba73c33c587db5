package dev.flint.agent.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** The examples of protobuf.dev, "Encoding". */
  @Test
  void writesAsTheDocumentationDoes() {
    assertArrayEquals(hex("08 96 01"), new ProtoWriter().number(1, 150).toBytes());
    assertArrayEquals(
        hex("12 07 74 65 73 74 69 6e 67"), new ProtoWriter().string(2, "testing").toBytes());
    assertArrayEquals(
        hex("1a 03 08 96 01"),
        new ProtoWriter().message(3, new ProtoWriter().number(1, 150)).toBytes());
    assertArrayEquals(
        new byte[0], new ProtoWriter().string(1, "").number(2, 0).flag(3, false).toBytes());
  }

  @Test
  void readsWhatItAskedForAndPassesOverTheRest() throws FlintException {
    byte[] inner = new ProtoWriter().number(1, -1).string(16, "ünder").toBytes();
    ProtoReader in =
        new ProtoReader(
            new ProtoWriter().bytes(3, inner).number(1 << 20, Long.MAX_VALUE).toBytes());
    assertEquals(3, in.next());
    ProtoReader message = in.message();
    assertEquals(1, message.next());
    assertEquals(-1, message.number());
    assertEquals(16, message.next());
    assertEquals("ünder", message.string());
    assertEquals(0, message.next());
    assertEquals(1 << 20, in.next());
    assertEquals(Long.MAX_VALUE, in.number());
    assertEquals(0, in.next());
    // Fixed fields of 64 and 32 bits.
    ProtoReader fixed = new ProtoReader(hex("09 0102030405060708 15 01020304 18 07"));
    assertEquals(1, fixed.next());
    assertEquals(2, fixed.next());
    assertEquals(3, fixed.next());
    assertEquals(7, fixed.number());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08", // cut off before the value
        "08 ff", // cut off within it
        "08 ff ff ff ff ff ff ff ff ff ff 01", // a number of eleven bytes
        "12 05 61", // longer than the message
        "12 ff ff ff ff 0f", // a length over 31 bits
        "12 ff ff ff ff ff ff ff ff ff 01", // a negative length
        "00 01", // field 0
        "0b", // a group
        "0f", // no wire type
        "09 01", // a fixed field that is cut off
      })
  void refusesWhatIsNoMessage(String text) {
    ProtoReader in = new ProtoReader(hex(text));
    assertEquals(ErrorCode.PROTOCOL, assertThrows(FlintException.class, in::next).code());
  }

  @Test
  void refusesAFieldOfAnotherType() throws FlintException {
    ProtoReader in = new ProtoReader(new ProtoWriter().number(1, 5).toBytes());
    in.next();
    assertEquals(ErrorCode.PROTOCOL, assertThrows(FlintException.class, in::string).code());
    assertThrows(FlintException.class, in::message);
  }

  @Test
  void noBytesDoMoreThanFail() {
    Random random = new Random(1);
    byte[] valid =
        new ProtoWriter()
            .message(4, new ProtoWriter().string(1, "x").bytes(2, "web".getBytes(UTF_8)))
            .number(9, 137)
            .toBytes();
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = valid.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        TaskExit.readEnvelope(new ProtoReader(bytes));
        TaskState.read(new ProtoReader(bytes));
      } catch (FlintException e) {
        assertEquals(ErrorCode.PROTOCOL, e.code());
      }
    }
  }
}

package dev.flint.oci.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonObjectTest {
  private static JsonObject parse(String text) throws FlintException {
    return JsonObject.parse(text.getBytes(UTF_8), "test document");
  }

  private static String text(JsonObject json) {
    return new String(json.bytes(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"b\":1,\"a\":{\"z\":[],\"y\":[null,true,false,\"\"]}}",
        "{\"n\":[0,-1,1.50,0.10,100.00,1E+400,-1.5E-7]}",
        "{\"n\":[9223372036854775807,9223372036854775808,123456789012345678901234567890]}",
        "{\"n\":3.141592653589793238462643383279502884197169399375105820974944592307816406286}",
        "{\"s\":\"\u00e4\u20ac\ud83d\ude00\\n\\\"\\\\/\"}",
        "{\"\":{\"\":\"\"}}",
      })
  void keepsWhatItDoesNotKnow(String json) throws FlintException {
    assertEquals(json, text(parse(json)));
    String changed = text(parse(json).with("added", 1).without("added"));
    assertEquals(json, changed);
  }

  @Test
  void refusesMoreMembersThanATreeShouldHold() {
    byte[] many = ("{\"x\":[" + "{},".repeat(300_000) + "{}]}").getBytes(UTF_8);
    Failures.expect(ErrorCode.POLICY, () -> JsonObject.parse(many, "it"));
  }

  @Test
  void isNeverChangedInPlace() throws FlintException {
    JsonObject inner = parse("{\"x\":1}");
    JsonObject outer = JsonObject.empty().with("inner", inner);
    JsonObject changed = outer.with("inner", inner.with("x", 2)).with("more", true);
    assertEquals("{\"inner\":{\"x\":1}}", text(outer));
    assertEquals("{\"inner\":{\"x\":2},\"more\":true}", text(changed));
    assertEquals("{\"x\":1}", text(inner));
    assertThrows(UnsupportedOperationException.class, () -> outer.names().clear());
  }

  @Test
  void writesMapsSorted() {
    JsonObject json =
        JsonObject.empty()
            .withMap("m", Map.of("b", "2", "a", "1", "c", "3"))
            .withStrings("s", List.of("y", "x"))
            .withObjects("o", List.of(JsonObject.empty()));
    assertEquals(
        "{\"m\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"},\"s\":[\"y\",\"x\"],\"o\":[{}]}", text(json));
  }

  @Test
  void equalObjectsGiveEqualBytesAndTheReverse() throws FlintException {
    JsonObject made = JsonObject.empty().with("size", 5L).with("name", "x");
    JsonObject read = parse("{ \"size\" : 5, \"name\" : \"x\" }");
    assertArrayEquals(made.bytes(), read.bytes());
    assertEquals(made, read);
    assertEquals(made.hashCode(), read.hashCode());
    assertNotEquals(made, parse("{\"name\":\"x\",\"size\":5}"));
  }

  @Test
  void anExplicitNullReadsAsAbsent() throws FlintException {
    JsonObject json = parse("{\"n\":null}");
    assertEquals(Optional.empty(), json.string("n"));
    assertEquals(OptionalLong.empty(), json.integer("n"));
    assertEquals(Optional.empty(), json.object("n"));
    assertEquals(List.of(), json.objects("n"));
    assertEquals(List.of(), json.strings("n"));
    assertEquals(Map.of(), json.stringMap("n"));
    assertTrue(!json.has("n") && json.names().equals(List.of("n")));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.requiredString("n"));
  }

  @Test
  void coercesNothing() throws FlintException {
    JsonObject json =
        parse(
            "{\"text\":\"12\",\"real\":1.9,\"whole\":2.0,\"big\":9223372036854775808,"
                + "\"yes\":true,\"list\":[1,\"a\",{}],\"map\":{\"a\":1}}");
    Failures.expect(ErrorCode.PROTOCOL, () -> json.integer("text"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.integer("real"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.integer("whole"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.integer("big"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.integer("yes"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.string("yes"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.strings("list"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.objects("list"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.strings("text"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.object("list"));
    Failures.expect(ErrorCode.PROTOCOL, () -> json.stringMap("map"));
  }

  @Test
  void readsAStringOrANumberAsText() throws FlintException {
    JsonObject json = parse("{\"s\":\"500m\",\"i\":80,\"d\":0.5,\"t\":true,\"n\":null}");
    assertEquals(Optional.of("500m"), json.scalar("s"));
    assertEquals(Optional.of("80"), json.scalar("i"));
    assertEquals(Optional.of("0.5"), json.scalar("d"));
    assertEquals(Optional.empty(), json.scalar("n"));
    assertThrows(FlintException.class, () -> json.scalar("t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "false", "\"\"", "[]", "{}"})
  void tellsAMemberThatSaysNothing(String value) throws FlintException {
    assertTrue(parse("{\"a\":" + value + "}").saysNothing("a"));
    assertTrue(parse("{}").saysNothing("a"));
    assertTrue(!parse("{\"a\":[" + value + "]}").saysNothing("a"));
    assertTrue(!parse("{\"a\":0}").saysNothing("a"));
  }

  @Test
  void namesTheDocumentAndThePlaceInFailures() throws FlintException {
    JsonObject json = parse("{\"a\":[{},{\"b\":{\"c\":1}}]}");
    JsonObject deep = json.objects("a").get(1).object("b").orElseThrow();
    FlintException e = Failures.expect(ErrorCode.PROTOCOL, () -> deep.string("c"));
    assertEquals("test document, a[1], b: member \"c\" is not a string", e.getMessage());
  }

  @Test
  void acceptsNestingUpToTheLimitOnly() throws FlintException {
    parse("{\"x\":" + "[".repeat(63) + "]".repeat(63) + "}");
    Failures.expect(
        ErrorCode.POLICY, () -> parse("{\"x\":" + "[".repeat(64) + "]".repeat(64) + "}"));
  }

  @Test
  void acceptsADocumentOfExactlyTheLimit() throws FlintException {
    String head = "{\"x\":\"";
    String most = head + "y".repeat((4 << 20) - head.length() - 2) + "\"}";
    assertEquals(most, text(parse(most)));
    FlintException longer = Failures.expect(ErrorCode.POLICY, () -> parse(most + " "));
    assertTrue(longer.toString().endsWith(": more than 4 MiB"), longer.toString());
  }

  @Test
  void randomBytesGiveOrdinaryFailures() {
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length > 2) {
        bytes[0] = '{';
        bytes[1] = '"';
        bytes[bytes.length - 1] = '}';
      }
      try {
        JsonObject.parse(bytes, "noise").bytes();
      } catch (FlintException e) {
        assertEquals(ErrorCode.PROTOCOL, e.code(), e::toString);
      }
    }
  }

  @Test
  void printsForPeople() throws FlintException {
    assertEquals(parse("{\"a\":1}"), JsonObject.parse(parse("{\"a\":1}").prettyBytes(), "pretty"));
    assertTrue(new String(parse("{\"a\":1}").prettyBytes(), UTF_8).contains("\n"));
  }

  @Test
  void aLineForTerminalsHasNothingThatTheyObey() throws FlintException {
    JsonObject evil = JsonObject.empty().with("a", "\u009b2J\n\u202e\u2028\u96ea");
    String line = new String(evil.lineBytes(), UTF_8);
    assertEquals("{\"a\":\"\\u009B2J\\n\\u202E\\u2028\\u96EA\"}", line);
    assertEquals(evil, JsonObject.parse(evil.lineBytes(), "line"));
    // Which no text from the wire is, but a text that was cut may be.
    assertEquals(
        "{\"a\":\"\\uD800\"}",
        new String(JsonObject.empty().with("a", "\ud800").lineBytes(), UTF_8));
  }
}

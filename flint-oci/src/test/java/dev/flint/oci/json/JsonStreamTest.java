package dev.flint.oci.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JsonStreamTest {
  private static final JsonStream.Limits LIMITS =
      new JsonStream.Limits(1 << 20, 80, 4000, Set.of("noise"));

  private final List<JsonItem> items = new ArrayList<>();

  private static JsonStream stream(String text) throws IOException {
    return stream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonStream stream(InputStream in) throws IOException {
    return new JsonStream(in, "a test", LIMITS);
  }

  private Optional<JsonObject> read(String text) throws IOException {
    try (JsonStream stream = stream(text)) {
      return stream.next("items", items::add);
    }
  }

  private List<String> texts() {
    return items.stream().map(item -> item.object().toString()).toList();
  }

  @Test
  void givesItemsAndTheRest() throws IOException {
    JsonObject head =
        read("{\"kind\":\"List\",\"items\":[{\"a\":1.50},{\"b\":[true,null]}],\"m\":{\"c\":\"d\"}}")
            .orElseThrow();
    assertEquals("{\"kind\":\"List\",\"m\":{\"c\":\"d\"}}", head.toString());
    assertEquals(List.of("{\"a\":1.50}", "{\"b\":[true,null]}"), texts());
    assertTrue(items.stream().allMatch(item -> item.problem().isEmpty()));
    assertTrue(items.get(0).weight() > 0);
  }

  @Test
  void documentsFollowEachOther() throws IOException {
    try (JsonStream stream = stream("{\"o\":{\"a\":1}}\n {\"o\":{\"b\":2}}\n")) {
      assertTrue(stream.next("o", items::add).isPresent());
      assertTrue(stream.next("o", items::add).isPresent());
      assertTrue(stream.next("o", items::add).isEmpty());
    }
    assertEquals(List.of("{\"a\":1}", "{\"b\":2}"), texts());
  }

  @Test
  void anItemOverALimitKeepsItsPlainMembersWhereverTheyAre() throws IOException {
    String many = "[" + "1,".repeat(90) + "1]";
    String big =
        "{\"spec\":{\"x\":1,\"list\":"
            + many
            + ",\"deep\":{\"y\":{}}},\"kind\":\"Pod\",\"metadata\":{\"name\":\"n\",\"labels\":{},"
            + "\"deletionGracePeriodSeconds\":30}}";
    read("{\"items\":[{\"a\":1}," + big + ",{\"b\":2}]}");
    assertEquals(
        List.of(
            "{\"a\":1}",
            "{\"spec\":{\"x\":1},\"kind\":\"Pod\",\"metadata\":{\"name\":\"n\","
                + "\"deletionGracePeriodSeconds\":30}}",
            "{\"b\":2}"),
        texts());
    assertEquals("it has more than 80 values", items.get(1).problem());
    assertEquals(0, items.get(1).weight());
  }

  @Test
  void soDoesOneWithLongTexts() throws IOException {
    String text = "x".repeat(3000);
    read(
        "{\"items\":[{\"m\":{\"a\":\""
            + text
            + "\",\"n\":\"x\",\"b\":\""
            + text
            + "\"}},{\"c\":3}]}");
    assertEquals(List.of("{\"m\":{\"n\":\"x\"}}", "{\"c\":3}"), texts());
    assertEquals("its texts have more than 4000 characters", items.get(0).problem());
  }

  @Test
  void whatMakesNoSenseIsPassedOver() throws IOException {
    String deep = "[".repeat(100) + "]".repeat(100);
    read(
        "{\"items\":[null,5,[{\"a\":1}],\"x\",{\"n\":1,\"n\":2},{\"k\":1,\"d\":"
            + deep
            + "},{\"h\":\"\\ud800\"},{\"z\":1}]}");
    assertEquals(
        List.of("{}", "{}", "{}", "{}", "{\"n\":1}", "{\"k\":1}", "{}", "{\"z\":1}"), texts());
    assertEquals(
        List.of(
            "it is not a JSON object",
            "it is not a JSON object",
            "it is not a JSON object",
            "it is not a JSON object",
            "a member is there twice",
            "it is nested too deep",
            "it escapes half a character",
            ""),
        items.stream().map(JsonItem::problem).toList());
  }

  @Test
  void noiseIsLeftOut() throws IOException {
    read("{\"items\":[{\"m\":{\"noise\":[1,2],\"a\":{\"noise\":\"kept\"}}}]}");
    assertEquals(List.of("{\"m\":{\"a\":{\"noise\":\"kept\"}}}"), texts());
  }

  @Test
  void whatIsNoDocumentIsSaid() {
    assertEquals(ErrorCode.PROTOCOL, code("[]"));
    assertEquals(ErrorCode.PROTOCOL, code("{\"a\":tru}"));
    assertEquals(ErrorCode.PROTOCOL, code("\uFEFF{}"));
    assertEquals(ErrorCode.POLICY, code("{\"a\":[" + "1,".repeat(90) + "1]}"));
    assertEquals(ErrorCode.POLICY, code("{\"a\":[" + " ".repeat(2 << 20) + "]}"));
    assertThrows(EOFException.class, () -> read("{\"items\":[{\"a\":1},{\"b\""));
  }

  private ErrorCode code(String text) {
    return assertThrows(FlintException.class, () -> read(text)).code();
  }

  /** It is read to its end, and none of it is kept. */
  @Test
  void anItemMayBeLargerThanWhatIsKept() throws IOException {
    String block = "\"" + "a".repeat(1000) + "\",";
    List<InputStream> parts = new ArrayList<>();
    parts.add(text("{\"items\":[{\"list\":["));
    parts.addAll(Collections.nCopies(20_000, block).stream().map(JsonStreamTest::text).toList());
    parts.add(text("1],\"n\":1},{\"b\":2}]}"));
    JsonStream.Limits limits = new JsonStream.Limits(64 << 20, 50, 4000, Set.of());
    try (JsonStream stream =
        new JsonStream(new SequenceInputStream(Collections.enumeration(parts)), "a test", limits)) {
      assertTrue(stream.next("items", items::add).isPresent());
    }
    assertEquals(List.of("{\"n\":1}", "{\"b\":2}"), texts());
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}

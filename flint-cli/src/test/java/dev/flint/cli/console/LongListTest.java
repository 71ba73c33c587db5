package dev.flint.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongListTest {
  private static JsonObject item(int i) {
    return JsonObject.empty()
        .with("name", "a\nb ] }\t\u00e4" + i)
        .withStrings("images", i % 2 == 0 ? List.of() : List.of("x", "y"))
        .with("inner", JsonObject.empty().with("n", i));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3000})
  void isWhatTheDocumentWouldBeAllAtOnce(int count) {
    JsonObject head = JsonObject.empty().with("schema", "x/v1").with("bytes", 5);
    List<Integer> items = IntStream.range(0, count).boxed().toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    new LongList(head, "items").write(stream, items, LongListTest::item);
    JsonObject whole = head.withObjects("items", items.stream().map(LongListTest::item).toList());
    assertEquals(
        new String(whole.prettyBytes(), StandardCharsets.UTF_8) + System.lineSeparator(),
        out.toString(StandardCharsets.UTF_8));
  }
}

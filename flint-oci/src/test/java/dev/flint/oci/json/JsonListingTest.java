package dev.flint.oci.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonListingTest {
  private static final JsonObject BEGUN =
      JsonObject.empty()
          .with("schema", "x/v1")
          .withObjects("items", List.of(item(-1)))
          .with("bytes", 5);

  private static JsonObject item(int i) {
    return JsonObject.empty()
        .with("name", "a\nb ] }\t\u00e4" + i)
        .withStrings("images", i % 2 == 0 ? List.of() : List.of("x", "y"))
        .with("items", JsonObject.empty().with("n", i));
  }

  private static String written(JsonListing listing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    listing.writePretty(out);
    return out.toString(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3000})
  void isWhatTheDocumentWouldBeAllAtOnce(int count) throws IOException {
    List<JsonObject> more = IntStream.range(0, count).mapToObj(JsonListingTest::item).toList();
    List<JsonObject> all = IntStream.range(-1, count).mapToObj(JsonListingTest::item).toList();
    JsonListing listing = new JsonListing(BEGUN, "items", more);
    JsonObject whole = BEGUN.withObjects("items", all);
    assertEquals(new String(whole.prettyBytes(), UTF_8), written(listing));
    assertEquals(whole, listing.whole());
    int next = 0;
    for (JsonValue item : listing.items()) {
      assertEquals(new JsonValue.Members(all.get(next++)), item);
    }
    assertEquals(all.size(), next);
  }

  @Test
  void aListNeedNotBeOfObjects() throws IOException {
    JsonObject names = JsonObject.empty().withStrings("names", List.of("a", "b"));
    JsonListing listing = new JsonListing(names, "names", List.of());
    assertEquals(new String(names.prettyBytes(), UTF_8), written(listing));
    assertEquals(names, listing.whole());
    assertEquals(new JsonValue.Text("a"), listing.items().iterator().next());
  }

  @Test
  void aMemberWithoutANameIsNoList() throws IOException {
    JsonObject odd = JsonObject.empty().with("", 1);
    assertEquals(
        new String(odd.prettyBytes(), UTF_8), written(new JsonListing(odd, "", List.of())));
  }

  @Test
  void isWrittenAsItIsMade() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int[] least = {Integer.MAX_VALUE};
    Iterable<JsonObject> items =
        () ->
            IntStream.range(0, 10_000)
                .mapToObj(
                    i -> {
                      if (i == 9_999) {
                        least[0] = out.size();
                      }
                      return item(i);
                    })
                .iterator();
    new JsonListing(BEGUN, "items", items).writePretty(out);
    assertTrue(least[0] > out.size() - 64 * 1024, least[0] + " of " + out.size());
  }

  @Test
  void thereMustBeSuchAList() {
    assertThrows(IllegalArgumentException.class, () -> new JsonListing(BEGUN, "bytes", List.of()));
    assertThrows(IllegalArgumentException.class, () -> new JsonListing(BEGUN, "none", List.of()));
  }
}

package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.registry.http.Reply;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHeaderTest {
  private static Optional<String> next(String... links) {
    return LinkHeader.next(
        new Reply(
            URI.create("https://r.example/v2/x/tags/list"),
            200,
            Map.of("link", List.of(links)),
            InputStream.nullInputStream()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "</a?n=1&last=b>; rel=\"next\" | /a?n=1&last=b",
        "</a>;rel=next | /a",
        "</a> ; REL = \"NEXT\" | /a",
        "</a>; rel=\"prev next\" | /a",
        "</p>; rel=\"prev\", </a>; rel=\"next\" | /a",
        "</p>; title=\"x, <y>; rel=next\"; rel=prev, </a>; rel=next | /a",
        "</p>; title=\"a\\\"; rel=next\", </a>; rel=next | /a",
        "</a,b;c>; rel=\"next\" | /a,b;c",
        "</a>; foo; rel=\"next\"; bar=\"1\" | /a",
        "< /a >; rel=\"next\" | /a",
        "</a>; rel=\"prev\" |",
        "</a>; rel=\"nextish\" |",
        "</a> |",
        "</a; rel=\"next\" |",
        "/a; rel=\"next\" |",
        "</a>; rel=\"next |/a",
        "</a>; rel= |",
        "</a>; rel |",
        "</a>; = |",
        "</a>; \" |",
        "> < |",
        "< |",
      })
  void findsTheNextPage(String header, @Nullable String target) {
    assertEquals(Optional.ofNullable(target), next(header));
  }

  @Test
  void looksIntoEveryHeader() {
    assertEquals(Optional.of("/b"), next("</a>; rel=\"prev\"", "</b>; rel=\"next\""));
    assertEquals(Optional.empty(), next());
  }
}

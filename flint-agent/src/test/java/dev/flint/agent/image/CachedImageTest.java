package dev.flint.agent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachedImageTest {
  private static final ImagesInUse NOTHING = new ImagesInUse(Set.of(), Set.of(), Set.of());
  private static final long NOW = 1_000_000;

  private static CachedImage image(String name, long used, String... content) {
    return new CachedImage(
        Optional.of(Cache.digest(name)), List.of(), Set.of(name), Set.of(content), used);
  }

  private static String unused(List<CachedImage> all, ImagesInUse use, long minAge) {
    List<String> names = new ArrayList<>();
    for (CachedImage image : CachedImage.unused(all, use, NOW, minAge)) {
      names.addAll(image.names());
    }
    return String.join(" ", names);
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() {
    List<CachedImage> all = List.of(image("b", 20, "x"), image("c", 30, "y"), image("a", 10, "z"));
    assertEquals("a b c", unused(all, NOTHING, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "990000, 9999, a",
    "990000, 10000, a",
    "990000, 10001, ''",
    "1000000, 0, a",
    "1000000, 1, ''",
    // Of a clock that was wrong.
    "2000000, 1000, a"
  })
  void whatWasUsedAMomentAgoStays(long used, long minAge, String unused) {
    assertEquals(unused, unused(List.of(image("a", used, "x")), NOTHING, minAge));
  }

  @Test
  void whatIsInUseStays() {
    List<CachedImage> all =
        List.of(
            image("running", 10, "x"),
            image("named", 20, "y"),
            image("pinned", 30, "z"),
            image("idle", 40, "w"));
    Set<Digest> pinned = Set.of(Cache.digest("pinned"));
    assertEquals("idle", unused(all, new ImagesInUse(Set.of("x"), pinned, Set.of("named")), 0));
  }

  @Test
  void anImageOfWhichAPartIsInUseGoesWithoutIt() {
    CachedImage one = image("one", 10, "base", "top1");
    CachedImage two = image("two", 20, "base", "top2");
    List<CachedImage> all = List.of(one, two);
    ImagesInUse use = new ImagesInUse(Set.of("base", "top2"), Set.of(), Set.of());
    assertEquals("one", unused(all, use, 0));
    assertEquals(Set.of("top1"), one.ownContent(all, use));
  }

  @Test
  void whatTwoShareGoesWithTheSecond() {
    CachedImage one = image("one", 10, "same");
    CachedImage two = image("two", 20, "same");
    assertEquals(Set.of(), one.ownContent(List.of(one, two), NOTHING));
    assertEquals(Set.of("same"), two.ownContent(List.of(two), NOTHING));
  }
}

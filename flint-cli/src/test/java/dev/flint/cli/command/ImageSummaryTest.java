package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Digest;
import dev.flint.oci.error.FlintException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSummaryTest {
  private static ImageSummary of(String platforms) {
    return new ImageSummary(
        "x:1", Digest.sha256(new byte[0]), new ImageFacts("-", platforms, "", "-", 1));
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "linux/amd64, linux/amd64",
    "'a/1,a/2,a/3,a/4', 'a/1,a/2,a/3,a/4'",
    "'a/1,a/2,a/3,a/4,a/5', 'a/1,a/2,a/3,+2 more'",
  })
  void showsTheFirstPlatforms(String all, String shown) {
    assertEquals(shown, of(all).shownPlatforms());
  }

  @Test
  void manyAreNoWiderAndAllInTheDocument() throws FlintException {
    String all =
        IntStream.range(0, 500).mapToObj(i -> "linux/a" + i).collect(Collectors.joining(","));
    ImageSummary image = of(all);
    assertEquals("linux/a0,linux/a1,linux/a2,+497 more", image.shownPlatforms());
    assertEquals(500, image.toJson().strings("platforms").size());
  }
}

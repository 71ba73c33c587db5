package dev.flint.oci.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.archive.Location.Form;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocationTest {
  private static Location.Registry registry(String reference) {
    return new Location.Registry(Reference.parse(reference));
  }

  private static Location.Folder folder(String folder, String name) {
    return new Location.Folder(Path.of(folder), Optional.of(name).filter(n -> !n.isEmpty()));
  }

  private static Location.Archive archive(Form form, String file, String name) {
    return new Location.Archive(
        form,
        Optional.of(file).filter(f -> !f.isEmpty()).map(Path::of),
        Optional.of(name).filter(n -> !n.isEmpty()));
  }

  static Stream<Arguments> places() {
    return Stream.of(
        Arguments.of("localhost:5000/a/b:1", registry("localhost:5000/a/b:1")),
        Arguments.of("r.io/a", registry("r.io/a:latest")),
        Arguments.of("docker://r.io/a:1", registry("r.io/a:1")),
        Arguments.of("store:hello:1.0", new Location.Store(Reference.parse("hello:1.0"))),
        Arguments.of("store:r.io/a", new Location.Store(Reference.parse("r.io/a:latest"))),
        Arguments.of("oci:dir", folder("dir", "")),
        Arguments.of("oci:/a/dir:1.0", folder("/a/dir", "1.0")),
        Arguments.of("oci:dir:r.io:5000/a/b__c:_1", folder("dir", "r.io:5000/a/b__c:_1")),
        Arguments.of("oci:-:x", folder("-", "x")),
        Arguments.of("oci-archive:a.tar", archive(Form.OCI, "a.tar", "")),
        Arguments.of("oci-archive:a b.tar:v1", archive(Form.OCI, "a b.tar", "v1")),
        Arguments.of("oci-archive:-:v1", archive(Form.OCI, "", "v1")),
        Arguments.of("-", archive(Form.OCI, "", "")),
        Arguments.of("docker-archive:a.tar", archive(Form.DOCKER, "a.tar", "")),
        Arguments.of("docker-archive:a.tar:alpine", archive(Form.DOCKER, "a.tar", "alpine:latest")),
        Arguments.of("docker-archive:-:r.io/a:1", archive(Form.DOCKER, "", "r.io/a:1")));
  }

  @ParameterizedTest
  @MethodSource("places")
  void readsAPlace(String text, Location place) {
    assertEquals(place, Location.parse(text));
    assertEquals(place, Location.parse(place.toString()), "its text means the same place");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello:1.0",
        "docker://hello",
        "docker:r.io/a",
        "https://r.io/a",
        "R.io/A:1",
        "store:",
        "store:../x",
        "oci:",
        "oci::1.0",
        "oci:dir:",
        "oci:dir:-x",
        "oci:dir:a b",
        "oci:dir:a\n",
        "oci:di\nr",
        "oci:di\0r",
        "oci-archive:",
        "oci-archive::v1",
        "oci-archive:a.tar:",
        "docker-archive:",
        "docker-archive:a.tar:",
        "docker-archive:a.tar:A",
        "docker-archive:a.tar:a@sha256:"
            + "0000000000000000000000000000000000000000000000000000000000000000",
        "dir:x",
        "docker-daemon:x",
        "containers-storage:x",
        "--",
      })
  void refusesWhatIsNoPlace(String text) {
    assertThrows(IllegalArgumentException.class, () -> Location.parse(text));
  }

  @Test
  void aHostThatIsCalledLikeAPrefixNeedsSkopeosSpelling() {
    assertEquals(registry("oci:5000/a"), Location.parse("docker://oci:5000/a"));
    assertEquals(folder("5000/a", ""), Location.parse("oci:5000/a"));
  }

  @Test
  void saysHowToNameAnImageOfTheStore() {
    Exception failure =
        assertThrows(IllegalArgumentException.class, () -> Location.parse("hello:1.0"));
    assertTrue(String.valueOf(failure.getMessage()).endsWith("store:hello:1.0"), failure::toString);
  }
}

package dev.flint.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MishapsTest {
  private final List<String> said = new ArrayList<>();
  private final Mishaps mishaps = new Mishaps(said::add);

  private static void fail() {
    throw new IllegalStateException("a mistake");
  }

  private static void lack() {
    throw new OutOfMemoryError("none left");
  }

  @Test
  void eachIsToldOnce() {
    assertFalse(mishaps.attempt(MishapsTest::fail));
    assertFalse(mishaps.attempt(MishapsTest::fail));
    assertFalse(mishaps.attempt(MishapsTest::lack));
    assertTrue(mishaps.attempt(() -> {}));
    assertFalse(mishaps.attempt(MishapsTest::lack));
    String lack = "pods are not looked after: java.lang.OutOfMemoryError: none left";
    assertEquals(
        List.of(
            "pods are not looked after: java.lang.IllegalStateException: a mistake", lack, lack),
        said);
  }

  @Test
  void whatStaysWrongIsNoMatterOfAMoment() {
    for (int i = 1; i < Mishaps.MANY; i++) {
      mishaps.attempt(MishapsTest::fail);
    }
    assertFalse(mishaps.areMany());
    mishaps.attempt(MishapsTest::fail);
    assertTrue(mishaps.areMany());
    mishaps.attempt(() -> {});
    assertFalse(mishaps.areMany());
  }

  @Test
  void survivesThatThereIsNoRoomForWords() {
    Mishaps silent =
        new Mishaps(
            line -> {
              throw new OutOfMemoryError("none left");
            });
    assertFalse(silent.attempt(MishapsTest::lack));
  }
}

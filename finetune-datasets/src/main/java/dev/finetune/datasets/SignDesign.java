package dev.finetune.datasets;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The design of a drawn sign, which determines its class.
 *
 * @param name the class name
 */
record SignDesign(String name, Board board, Symbol symbol, Color face, Color border, Color ink) {

  /** The outline of the board. */
  enum Board {
    CIRCLE,
    TRIANGLE,
    SQUARE,
    DIAMOND,
    OCTAGON
  }

  /** The symbol on the board. */
  enum Symbol {
    ARROW_UP,
    ARROW_LEFT,
    ARROW_RIGHT,
    BAR_ACROSS,
    BAR_UPRIGHT,
    CROSS,
    PLUS,
    DOT,
    RING,
    TWO_DOTS,
    CHEVRON,
    WAVE
  }

  private static final Color RED = new Color(200, 30, 40);
  private static final Color BLUE = new Color(20, 80, 180);
  private static final Color YELLOW = new Color(245, 200, 30);
  private static final Color WHITE = new Color(245, 245, 245);
  private static final Color BLACK = new Color(25, 25, 25);
  private static final Color GREEN = new Color(30, 130, 70);

  /** Returns every symbol in dark ink on yellow and in light ink on green, without a border. */
  static List<SignDesign> symbols() {
    List<SignDesign> designs = new ArrayList<>();
    for (Symbol symbol : Symbol.values()) {
      String name = symbol.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      designs.add(new SignDesign(name + ", dark", Board.SQUARE, symbol, YELLOW, YELLOW, BLACK));
      designs.add(new SignDesign(name + ", light", Board.CIRCLE, symbol, GREEN, GREEN, WHITE));
    }
    return designs;
  }

  /**
   * Returns signs that differ in board, colours and symbol; some pairs differ in one of them only.
   */
  static List<SignDesign> signs() {
    return List.of(
        new SignDesign("ahead only", Board.CIRCLE, Symbol.ARROW_UP, BLUE, WHITE, WHITE),
        new SignDesign("turn left", Board.CIRCLE, Symbol.ARROW_LEFT, BLUE, WHITE, WHITE),
        new SignDesign("turn right", Board.CIRCLE, Symbol.ARROW_RIGHT, BLUE, WHITE, WHITE),
        new SignDesign("no entry", Board.CIRCLE, Symbol.BAR_ACROSS, RED, RED, WHITE),
        new SignDesign("no stopping", Board.CIRCLE, Symbol.CROSS, BLUE, RED, RED),
        new SignDesign("no vehicles", Board.CIRCLE, Symbol.RING, WHITE, RED, RED),
        new SignDesign("caution", Board.TRIANGLE, Symbol.BAR_UPRIGHT, WHITE, RED, BLACK),
        new SignDesign("crossing", Board.TRIANGLE, Symbol.PLUS, WHITE, RED, BLACK),
        new SignDesign("bends", Board.TRIANGLE, Symbol.WAVE, WHITE, RED, BLACK),
        new SignDesign("priority", Board.DIAMOND, Symbol.DOT, WHITE, WHITE, YELLOW),
        new SignDesign("hospital", Board.SQUARE, Symbol.PLUS, BLUE, WHITE, WHITE),
        new SignDesign("stop", Board.OCTAGON, Symbol.TWO_DOTS, RED, WHITE, WHITE));
  }
}

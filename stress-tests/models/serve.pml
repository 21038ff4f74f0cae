/* SPDX-License-Identifier: Apache-2.0
 *
 * Who runs an interrupt, who holds it back, and who is told that it is over, as org.untorn.irq does it. Each step is
 * named after the code that takes it.
 *
 *   Two CPUs deliver the interrupt, as they do in the middle of a move: its register may name either at any time (the move
 *   itself is move.pml). A post adds 1 to `posted`, a run copies it to `seen`.
 *   Always: no two runs at once; none after close answered "closed", which it then answers for good; none between a
 *   mask that answered "none in service" and the unmask.
 *   At quiescence (Spin's timeout): nothing pending or held; if it is not closed, seen == posted.
 *
 * Memory: devices post through a store buffer (TSO) that is emptied at any time, by a locked operation or a fence;
 * all else is sequentially consistent.
 *
 * RAISES (of the one device), RETRIGGERS, MASK, CLOSE, DETACH (a masked move): how many of each
 *
 * Weakenings, all 0 in the library:
 *   DROP           serve does nothing when it is running elsewhere
 *   LOOK_FIRST     serve reads control, then sets RUNNING
 *   HELD_APART     refusal sets HELD without comparing that its reason is still there
 *   NO_REPLAY      unmask forgets what was held
 *   STATE_FIRST    mask and close read the state, then set their bit
 *   NO_ENDED       isClosed does not remember its answer
 *   HELD_SKIPS     hold writes nothing when it finds HELD set
 *   LIFT_APART     attach reads HELD, then lifts it
 *   LEFT_TO_RUN    retrigger leaves it to the run in progress
 *   FORM_B         the rejected form of the run state, two atomics a run: holds too
 *   STORE_LEAVE    form b leaves by a store: loses
 */
#ifndef RAISES
#define RAISES 2
#endif
#ifndef RETRIGGERS
#define RETRIGGERS 0
#endif
#ifndef MASK
#define MASK 0
#endif
#ifndef CLOSE
#define CLOSE 0
#endif
#ifndef DETACH
#define DETACH 0
#endif

/* Mover: bits of control */
#define CLOSING 1
#define CLOSED 2
#define MASKED 4
#define DETACHED 8
#define HELD 16
#define ENDED 32

#define IDLE 0
#define RUNNING 1
#define AGAIN 2

#define DEVICE 1                        /* has a store buffer */
#define OTHER 0

bit  pending[2];
bit  unprogrammed; byte stamp;          /* the register */
byte control, state;
byte posted, seen, buffered, runs, ended;
bit  quiet, freed;

#define FLUSH(d) if :: d == DEVICE -> posted = posted + buffered; buffered = 0 :: else fi

active proctype storeBuffer() {
end:
  do
  :: atomic { buffered > 0 -> FLUSH(DEVICE) }
  od
}

/* Irq.hold; answered: the raise is over */
inline hold(d) {
  do
  :: before = control;
     if
     :: before & CLOSING -> answered = 1; break
     :: !(before & (CLOSING | DETACHED)) -> break
     :: (before & DETACHED) && !(before & CLOSING) ->
        if
#if HELD_SKIPS
        :: before & HELD -> answered = 1; break
#endif
        :: atomic { control == before -> FLUSH(d); control = before | HELD; printf("hold\n") }; answered = 1; break
        :: atomic { control != before -> skip }
        fi
     fi
  od
}

/* Irq.signal */
inline signal(d) {
  answered = 0;
  do
  :: answered -> break
  :: else ->
     atomic { gone = unprogrammed; w = stamp; if :: c = 0 :: c = 1 fi };     /* register.read */
     if
     :: gone -> hold(d)
     :: !gone ->
        if                                                                  /* PendingBitmap.raise */
        :: pending[c] -> atomic { FLUSH(d) }; if :: pending[c] :: else -> atomic { FLUSH(d); pending[c] = 1 } fi
        :: else -> atomic { FLUSH(d); pending[c] = 1 }
        fi;
        answered = (stamp == w)                                             /* register.isCurrent */
     fi
  od;
  atomic { answered = 0; before = 0; w = 0; c = 0; gone = 0 }
}

active proctype device() {
  byte i, c, w, before; bit answered, gone;
  do
  :: i < RAISES -> atomic { buffered++; i++; printf("device: posts\n") }; signal(DEVICE)
  :: else -> break
  od;
  ended++
}

active proctype retriggerer() {
  byte i, c, w, before; bit answered, gone;
  do
  :: i < RETRIGGERS ->
     atomic { posted++; i++; printf("retriggerer: posts\n") };
#if LEFT_TO_RUN
     if :: state != IDLE :: else -> signal(OTHER) fi
#else
     signal(OTHER)
#endif
  :: else -> break
  od;
  ended++
}

/* Irq.refusal; refused: 0 it may run */
inline refusal() {
  do
  ::
#if !LOOK_FIRST
     before = control;
#endif
     if
     :: !(before & (CLOSING | MASKED)) -> refused = 0; break
     :: before & CLOSING -> refused = 1; break
     :: (before & MASKED) && !(before & CLOSING) ->
#if HELD_APART
        atomic { control = control | HELD; printf("refusal: held\n") }; refused = 1; break
#else
        if
        :: atomic { control == before -> control = before | HELD; printf("refusal: held\n") }; refused = 1; break
        :: atomic { control != before -> before = control }
        fi
#endif
     fi
  od
}

/* Irq.serve */
inline serve() {
#if LOOK_FIRST
  before = control;
#endif
  if
  :: atomic { state == IDLE -> state = RUNNING };
     refusal();
     if
     :: !refused ->
        atomic { runs++; assert(runs == 1 && !quiet && !freed); printf("serve: runs\n") };
        atomic { seen = posted; assert(!quiet && !freed); runs--; printf("serve: saw %d\n", seen) }
     :: else
     fi;
     atomic { before = 0; refused = 0 };
#if FORM_B && !STORE_LEAVE
     atomic { before = state; state = IDLE };
     if :: before == AGAIN -> signal(OTHER) :: else fi;
     before = 0
#elif FORM_B
     before = state;
     state = IDLE;
     if :: before == AGAIN -> signal(OTHER) :: else fi;
     before = 0
#else
     state = IDLE
#endif
#if FORM_B
  :: atomic { state != IDLE -> state = AGAIN; before = 0 }
#else
  :: atomic { state != IDLE -> before = 0; printf("serve: running elsewhere, handed off\n") };
#if !DROP
     signal(OTHER)
#endif
#endif
  fi
}

proctype cpu(byte me) {
  byte c, w, before; bit answered, gone, refused;
end:
  do
  :: atomic { pending[me] -> pending[me] = 0; printf("cpu%d: takes\n", me) };
     serve()
  od
}

active proctype masker() {
  byte i, c, w, before; bit answered, gone;
  do
  :: i < MASK ->
     i++;
     /* Irq.mask */
#if STATE_FIRST
     before = state;
     control = control | MASKED;
#else
     atomic { control = control | MASKED; printf("mask\n") };
     before = state;
#endif
     quiet = (before == IDLE);
     quiet = 0;
     /* Irq.unmask */
     do
     :: before = control;
        w = (before & DETACHED -> MASKED : MASKED | HELD);                   /* lifted */
        if
        :: atomic { control == before -> control = before & ~w; printf("unmask: held %d\n", (before & HELD) != 0) };
           if
#if !NO_REPLAY
           :: before & w & HELD -> signal(OTHER)
#endif
           :: else
           fi;
           break
        :: atomic { control != before -> skip }
        fi
     od;
     atomic { before = 0; w = 0 }
  :: else -> break
  od;
  ended++
}

active proctype detacher() {
  byte i, c, w, before; bit answered, gone;
  do
  :: i < DETACH ->
     i++;
     atomic { control = control | DETACHED };                               /* Mover.moveTo */
     atomic { unprogrammed = 1; stamp++ };                                  /* Masked.rewrite */
     atomic { unprogrammed = 0; stamp++ };
#if LIFT_APART
     before = control & HELD;
     atomic { control = control & ~(DETACHED | HELD) };
#else
     atomic { before = control & HELD; control = control & ~(DETACHED | HELD) };  /* Mover.attach */
#endif
     if :: before -> signal(OTHER) :: else fi;
     before = 0
  :: else -> break
  od;
  ended++
}

/* Irq.isClosed; before is not 0 if it is */
inline isClosed() {
  before = control & ENDED;
  if
  :: before
  :: else ->
#if STATE_FIRST
     if :: w == IDLE -> before = 1 :: else -> w = state fi;
#else
     if :: state == IDLE -> before = 1 :: else fi;
#endif
#if !NO_ENDED
     if :: before -> control = control | ENDED :: else fi
#endif
  fi
}

active proctype closer() {
  byte i, w, before;
  do
  :: i < CLOSE ->
     i++;
#if STATE_FIRST
     w = state;
#endif
     control = control | CLOSING;                                           /* Irq.close */
     atomic { unprogrammed = 1; stamp++ };                                  /* Mover.shutDownIfClosing */
     control = control | CLOSED;
     do
     :: isClosed(); if :: before -> break :: else fi
     od;
     atomic { freed = 1; printf("closed\n") };
     isClosed();
     assert(before);
     atomic { before = 0; w = 0 }
  :: else -> break
  od;
  ended++
}

active proctype monitor() {
  timeout ->
  printf("end: posted %d seen %d, control %d\n", posted, seen, control);
  assert(ended == 5);
  assert(!pending[0] && !pending[1] && state == IDLE);
  assert(freed || seen == posted && !(control & HELD))
}

init {
  atomic { run cpu(0); run cpu(1) }
}

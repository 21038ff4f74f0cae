/* SPDX-License-Identifier: Apache-2.0
 *
 * A CPU goes offline, as org.untorn.irq does it (stamped protocol). Each step is named after the code that takes it.
 *
 *   CPU 0 goes offline while a device raises A. START says where A is at first; if it is on CPU 1, a mover moves it to CPU 0
 *   meanwhile. CPU 0 has an owner or not (OWNER); who asks for its work and finds none does it. ONLINE: another thread
 *   brings the CPU back. CPU 1 has its owner and stays. Each CPU has two vectors; what is not A's is free.
 *   At quiescence (Spin's timeout): every raise was seen by a run that began after it, nothing is pending or requested, no
 *   vector is held but the one that A is on, CPU and matrix agree, CPU 0 is online or offline, and if it is offline,
 *   nothing is on it.
 *
 * Sequentially consistent: the store buffers of the devices are in move.pml.
 *
 * In the library who evicts asks the owner (and stands in for it) after each move, here once at the end.
 *
 * Weakenings, all 0 in the library:
 *   NO_REREAD     raise does not ask isCurrent
 *   SILENCED      what is pending is dropped before A is moved (Linux, 52d6b926aabc)
 *   AT_ONCE       offline does not wait until nothing is allocated any more
 *   NO_GO_ON      a mover that ends on a leaving CPU does not ask its owner
 *   NO_MARK       evict leaves no mark when it meets a mover: holds here, since the mover looks where it has landed
 *   NO_TURNING    the status changes hands first, then the matrix is told
 *   LOWER_LATE    requested is lowered after what it stands for was looked at
 *   NO_LOOK_BACK  who stood in for an owner does not look again after it gave up
 */
#ifndef RAISES
#define RAISES 1
#endif
#ifndef START
#define START 0
#endif
#ifndef OWNER
#define OWNER 1
#endif
#ifndef ONLINE
#define ONLINE 0
#endif

/* places: cpu * 2 + vector */
#define CPU(place) ((place) / 2)

/* Cpu.status */
#define IS_ONLINE 0
#define LEAVING 1
#define OFFLINE 2
#define TURNING 3

bit  pending[4], slot[4], allocated[4], leaving[4];
byte place, stamp;                      /* the register */
byte status; bit matrix = 1;            /* of CPU 0 */
bit  owned, inside[2], requested[2];
bit  moving, again; byte lefts;         /* Irq.control; how many places are being left */
bit  running;
byte posted, seen, ended;

/* Irq.raise */
inline raise() {
  do
  :: atomic { c = place; w = stamp };
     atomic { pending[c] = 1; printf("raise: sets %d\n", c) };
#if NO_REREAD
     break
#else
     if :: stamp == w -> break :: stamp != w fi
#endif
  od;
  atomic { c = 0; w = 0 }
}

proctype device() {
  byte i, c, w;
  do
  :: i < RAISES -> posted++; i++; raise()
  :: else -> break
  od;
  ended++
}

/* Irq.serve */
inline serve() {
  if
  :: atomic { !running -> running = 1 };
     atomic { seen = posted; printf("serve: sees %d\n", seen) };
     running = 0
  :: atomic { running -> skip }; raise()
  fi
}

/* Cpu.poll */
inline poll(cpu) {
  inside[cpu] = 1;                                       /* Owner.enter */
  atomic { t0 = pending[cpu * 2]; t1 = pending[cpu * 2 + 1]; pending[cpu * 2] = 0; pending[cpu * 2 + 1] = 0 };
  if :: t0 && slot[cpu * 2] -> serve() :: else fi;
  if :: t1 && slot[cpu * 2 + 1] -> serve() :: else fi;
  atomic { t0 = 0; t1 = 0; inside[cpu] = 0 }             /* Owner.leave */
}

/* Mover.moveTo, with Cpu.leave(vector) but for the owner's part */
inline moveTo() {
  slot[to] = 1;                                          /* install */
#if SILENCED
  pending[from] = 0;
#endif
  atomic { place = to; stamp++; printf("rewrite: %d\n", to) };
  atomic { t = pending[from]; pending[from] = 0 };       /* takeAlong */
  t = t | inside[CPU(from)];                             /* mayHaveTaken */
  if :: t -> raise() :: else fi;
  atomic { lefts++; t = 0 };
  leaving[from] = 1;
  requested[CPU(from)] = 1
}

/* Mover.giveBack, goOnIfLeaving */
inline giveBack() {
  atomic { moving = 0; again = 0 };
#if !NO_GO_ON
  if :: CPU(place) == 0 && status == LEAVING -> requested[0] = 1 :: else fi
#endif
}

/* Cpu.evictAll: Mover.evict of A */
inline evictAll() {
  if
  :: CPU(place) == 0 && slot[place] ->
     if
     :: atomic { !moving -> moving = 1 };
        from = place;
        if
        :: CPU(from) == 0 ->
           atomic { to = (allocated[2] -> 3 : 2); assert(!allocated[to]); allocated[to] = 1 };
           moveTo()
        :: else
        fi;
        giveBack();
        atomic { from = 0; to = 0 }
#if NO_MARK
     :: atomic { moving -> skip }
#else
     :: atomic { moving -> again = 1 }
#endif
     fi
  :: else
  fi
}

/* Cpu.releaseVector, of each vector that is left */
inline release(p) {
  if
  :: atomic { leaving[p] -> leaving[p] = 0 };
     if
     :: atomic { pending[p] -> pending[p] = 0 }; raise()
     :: atomic { else -> skip }
     fi;
     slot[p] = 0;
     atomic { allocated[p] = 0; printf("released: %d\n", p) };
     lefts--
  :: atomic { else -> skip }
  fi
}

/* Cpu.atBoundary of CPU 0, by whoever owns it */
inline atBoundary() {
#if !LOWER_LATE
  requested[0] = 0;
#endif
  release(0);
  release(1);
  if
  :: status == LEAVING ->                                /* Cpu.leave */
     evictAll();
     release(0);
     release(1);
     if
#if !AT_ONCE
     :: allocated[0] || allocated[1]
#endif
     :: else -> atomic { if :: status == LEAVING -> status = OFFLINE; printf("offline\n") :: else fi }
     fi
  :: else
  fi;
#if LOWER_LATE
  requested[0] = 0
#endif
}

/* Cpu.serveIfUnowned of CPU 0 */
inline serveIfUnowned() {
  do
  :: requested[0] ->
     if
     :: atomic { !owned -> owned = 1 };
        atBoundary();
        owned = 0;
#if NO_LOOK_BACK
        break
#endif
     :: atomic { owned -> break }
     fi
  :: else -> break
  od
}

proctype owner0() {
  byte c, w, from, to; bit t, t0, t1;
end:
  do
  :: pending[0] || pending[1] || requested[0] ->
     poll(0);
     if :: requested[0] -> atBoundary() :: else fi
  od
}

proctype owner1() {
  byte c, w; bit t0, t1;
end:
  do
  :: pending[2] || pending[3] -> poll(1)
  :: atomic { requested[1] -> requested[1] = 0 }; release(2); release(3)
  od
}

proctype offliner() {
  byte c, w, from, to; bit t;
  /* Cpu.offline */
#if NO_TURNING
  atomic { status == IS_ONLINE -> status = LEAVING };
  matrix = 0;
#else
  atomic { status == IS_ONLINE -> status = TURNING };
  matrix = 0;
  status = LEAVING;
#endif
  if
  :: status == LEAVING ->
     evictAll();
     requested[0] = 1;                                   /* askOwner */
     serveIfUnowned()
  :: else
  fi;
  ended++
}

proctype onliner() {
  /* Cpu.online; refused if the CPU is online */
  if
#if NO_TURNING
  :: atomic { status == OFFLINE || status == LEAVING -> status = IS_ONLINE }; matrix = 1
#else
  :: atomic { status == OFFLINE || status == LEAVING -> status = TURNING }; matrix = 1; status = IS_ONLINE
#endif
  :: atomic { status == IS_ONLINE || status == TURNING -> skip }
  fi;
  ended++
}

/* Irq.setAffinity(CPU 0) */
proctype mover() {
  byte c, w, from, to; bit t;
  if
  :: atomic { !moving -> moving = 1 };
     if
     :: atomic { matrix -> allocated[0] = 1 };           /* VectorMatrix.allocate */
        atomic { from = place; to = 0 };
        moveTo()
     :: atomic { !matrix -> skip }                       /* NO_ONLINE_CPU */
     fi;
     giveBack();
     serveIfUnowned()
  :: atomic { moving -> skip }                           /* BUSY */
  fi;
  ended++
}

active proctype monitor() {
  timeout ->
  printf("end: posted %d seen %d, status %d, place %d\n", posted, seen, status, place);
  assert(ended == 2 + ONLINE + START);
  /* pending at other places: strays on a CPU that nobody polls; pending here: if it is back and has no owner yet */
  assert(seen == posted && !pending[place] || !OWNER && CPU(place) == 0 && pending[place]);
  assert(!moving && !lefts && !requested[0] && !requested[1]);
  assert(allocated[place] && slot[place] && allocated[0] + allocated[1] + allocated[2] + allocated[3] == 1);
  assert(status == IS_ONLINE && matrix || status == OFFLINE && !matrix && CPU(place) == 1)
}

init {
  atomic {
    place = START * 2;
    slot[place] = 1;
    allocated[place] = 1;
    run device();
    run owner1();
    run offliner();
#if OWNER
    owned = 1;
    run owner0();
#endif
#if ONLINE
    run onliner();
#endif
#if START
    run mover()
#endif
  }
}

CREATE TABLE building (
  building_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  built_year INTEGER NOT NULL,
  floors INTEGER NOT NULL
);

CREATE TABLE department (
  department_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  building_id INTEGER NOT NULL REFERENCES building (building_id),
  budget INTEGER NOT NULL
);

CREATE TABLE professor (
  professor_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  department_id INTEGER NOT NULL REFERENCES department (department_id),
  salary INTEGER NOT NULL,
  hire_date DATE NOT NULL
);

CREATE TABLE student (
  student_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  department_id INTEGER NOT NULL REFERENCES department (department_id),
  age INTEGER NOT NULL,
  credits INTEGER NOT NULL
);

CREATE TABLE course (
  course_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  department_id INTEGER NOT NULL REFERENCES department (department_id),
  credits INTEGER NOT NULL
);

CREATE TABLE room (
  room_id INTEGER PRIMARY KEY,
  building_id INTEGER NOT NULL REFERENCES building (building_id),
  number TEXT NOT NULL,
  seats INTEGER NOT NULL
);

CREATE TABLE class (
  class_id INTEGER PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course (course_id),
  professor_id INTEGER NOT NULL REFERENCES professor (professor_id),
  room_id INTEGER NOT NULL REFERENCES room (room_id),
  semester TEXT NOT NULL,
  year INTEGER NOT NULL
);

CREATE TABLE enrollment (
  student_id INTEGER NOT NULL REFERENCES student (student_id),
  class_id INTEGER NOT NULL REFERENCES class (class_id),
  grade INTEGER NOT NULL,
  PRIMARY KEY (student_id, class_id)
);

CREATE TABLE club (
  club_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  founded_year INTEGER NOT NULL,
  advisor_id INTEGER NOT NULL REFERENCES professor (professor_id)
);

CREATE TABLE club_member (
  club_id INTEGER NOT NULL REFERENCES club (club_id),
  student_id INTEGER NOT NULL REFERENCES student (student_id),
  role TEXT NOT NULL,
  PRIMARY KEY (club_id, student_id)
);

INSERT INTO building VALUES
  (1, 'Maxwell Hall', 1912, 4),
  (2, 'Curie Center', 1987, 6),
  (3, 'Bronte House', 1934, 3),
  (4, 'Turing Building', 2009, 7),
  (5, 'Sports Pavilion', 1996, 2);

INSERT INTO department VALUES
  (1, 'Physics', 2, 940000),
  (2, 'Mathematics', 4, 610000),
  (3, 'History', 3, 380000),
  (4, 'Computer Science', 4, 1250000),
  (5, 'English', 3, 420000),
  (6, 'Biology', 2, 870000),
  (7, 'Economics', 1, 530000);

INSERT INTO professor VALUES
  (1, 'Margaret Ellison', 1, 104000, '2003-09-01'),
  (2, 'Ravi Subramanian', 4, 121000, '2011-08-15'),
  (3, 'George Whitman', 3, 78000, '1998-09-01'),
  (4, 'Elena Vasquez', 6, 97000, '2009-01-12'),
  (5, 'Howard Pike', 2, 88000, '2006-09-01'),
  (6, 'Susan Abernathy', 5, 74000, '2014-09-01'),
  (7, 'Chen Wei', 4, 115000, '2016-08-22'),
  (8, 'Patricia Moss', 7, 99000, '2001-09-03'),
  (9, 'Alan Fairchild', 1, 91000, '2015-09-01'),
  (10, 'Beatrice Lowell', 5, 81000, '1995-09-04'),
  (11, 'Omar Rahman', 2, 84000, '2018-09-01'),
  (12, 'Judith Crane', 6, 76000, '2020-01-13'),
  (13, 'Philip Stanton', 3, 69000, '2021-09-01'),
  (14, 'Nadia Kovac', 7, 86000, '2017-09-01');

INSERT INTO student VALUES
  (1, 'Aaron Mitchell', 'Albany', 4, 20, 62),
  (2, 'Bethany Stone', 'Buffalo', 1, 19, 31),
  (3, 'Caleb Ortiz', 'Yonkers', 4, 22, 110),
  (4, 'Diana Hoffman', 'Albany', 6, 21, 88),
  (5, 'Edward Lin', 'Syracuse', 2, 20, 58),
  (6, 'Faith Robinson', 'Rochester', 5, 23, 118),
  (7, 'Gavin Shaw', 'Buffalo', 3, 18, 15),
  (8, 'Holly Chandler', 'Albany', 7, 21, 79),
  (9, 'Ian McBride', 'Utica', 4, 19, 33),
  (10, 'Jasmine Flores', 'Yonkers', 6, 20, 64),
  (11, 'Kevin Nguyen', 'Syracuse', 4, 24, 121),
  (12, 'Laura Simmons', 'Rochester', 5, 19, 29),
  (13, 'Miles Gardner', 'Buffalo', 7, 22, 97),
  (14, 'Nora Fitzgerald', 'Albany', 1, 21, 85),
  (15, 'Owen Price', 'Ithaca', 2, 23, 112),
  (16, 'Paige Hamilton', 'Syracuse', 6, 18, 12),
  (17, 'Quentin Hayes', 'Utica', 3, 20, 55),
  (18, 'Rachel Kim', 'Ithaca', 4, 21, 90),
  (19, 'Simon Blake', 'Albany', 7, 19, 27),
  (20, 'Tessa Wagner', 'Rochester', 6, 22, 101),
  (21, 'Umar Farooq', 'Buffalo', 1, 20, 60),
  (22, 'Vera Castillo', 'Yonkers', 5, 21, 82),
  (23, 'William Dodd', 'Albany', 4, 18, 14),
  (24, 'Zoe Patterson', 'Ithaca', 2, 19, 36);

INSERT INTO course VALUES
  (1, 'Mechanics', 1, 4),
  (2, 'Quantum Theory', 1, 5),
  (3, 'Calculus', 2, 4),
  (4, 'Linear Algebra', 2, 3),
  (5, 'Ancient Rome', 3, 3),
  (6, 'Modern Europe', 3, 3),
  (7, 'Programming', 4, 4),
  (8, 'Databases', 4, 4),
  (9, 'Machine Learning', 4, 5),
  (10, 'Shakespeare', 5, 3),
  (11, 'Creative Writing', 5, 2),
  (12, 'Genetics', 6, 5),
  (13, 'Ecology', 6, 3),
  (14, 'Microeconomics', 7, 4),
  (15, 'Public Finance', 7, 3),
  (16, 'Number Theory', 2, 5);

INSERT INTO room VALUES
  (1, 1, 'M101', 60),
  (2, 1, 'M204', 35),
  (3, 2, 'C110', 120),
  (4, 2, 'C305', 45),
  (5, 3, 'B12', 28),
  (6, 3, 'B21', 40),
  (7, 4, 'T001', 200),
  (8, 4, 'T210', 50),
  (9, 4, 'T415', 24),
  (10, 2, 'C400', 18),
  (11, 4, 'T502', 36);

INSERT INTO class VALUES
  (1, 1, 1, 3, 'Fall', 2021),
  (2, 2, 9, 4, 'Spring', 2022),
  (3, 3, 5, 7, 'Fall', 2021),
  (4, 4, 11, 8, 'Spring', 2022),
  (5, 5, 3, 5, 'Fall', 2021),
  (6, 6, 13, 6, 'Spring', 2022),
  (7, 7, 2, 7, 'Fall', 2021),
  (8, 8, 2, 8, 'Spring', 2022),
  (9, 9, 7, 8, 'Fall', 2022),
  (10, 10, 10, 6, 'Fall', 2021),
  (11, 11, 6, 5, 'Spring', 2022),
  (12, 12, 4, 3, 'Fall', 2022),
  (13, 13, 12, 4, 'Spring', 2022),
  (14, 14, 8, 1, 'Fall', 2021),
  (15, 15, 14, 2, 'Fall', 2022),
  (16, 7, 7, 7, 'Fall', 2022),
  (17, 3, 11, 7, 'Fall', 2022),
  (18, 1, 9, 3, 'Fall', 2022);

INSERT INTO enrollment VALUES
  (1, 7, 84),
  (1, 8, 84),
  (2, 1, 71),
  (2, 2, 88),
  (2, 16, 90),
  (3, 7, 90),
  (3, 8, 91),
  (4, 12, 58),
  (4, 13, 58),
  (5, 3, 85),
  (5, 4, 62),
  (5, 7, 67),
  (6, 10, 72),
  (6, 11, 60),
  (8, 7, 86),
  (8, 14, 60),
  (8, 15, 79),
  (9, 7, 65),
  (9, 8, 99),
  (9, 12, 81),
  (9, 16, 59),
  (10, 12, 63),
  (10, 13, 65),
  (11, 6, 79),
  (11, 7, 83),
  (11, 8, 89),
  (11, 15, 67),
  (11, 18, 69),
  (12, 10, 88),
  (12, 11, 73),
  (13, 14, 70),
  (13, 15, 71),
  (14, 1, 93),
  (14, 2, 88),
  (14, 3, 93),
  (14, 4, 82),
  (15, 3, 79),
  (15, 4, 67),
  (17, 5, 81),
  (17, 6, 86),
  (17, 10, 90),
  (17, 14, 82),
  (18, 7, 82),
  (18, 8, 75),
  (18, 16, 59),
  (19, 14, 68),
  (19, 15, 89),
  (20, 12, 89),
  (20, 13, 62),
  (21, 1, 72),
  (21, 2, 94),
  (21, 7, 96),
  (21, 17, 78),
  (22, 4, 69),
  (22, 7, 68),
  (22, 10, 98),
  (22, 11, 80),
  (23, 7, 96),
  (23, 8, 77),
  (23, 12, 73),
  (24, 3, 68),
  (24, 4, 62);

INSERT INTO club VALUES
  (1, 'Chess Club', 1951, 5),
  (2, 'Drama Society', 1928, 10),
  (3, 'Robotics Team', 2012, 7),
  (4, 'Hiking Club', 1974, 4),
  (5, 'Debate Union', 1940, 8),
  (6, 'Student Newspaper', 1919, 6);

INSERT INTO club_member VALUES
  (1, 5, 'President'),
  (1, 3, 'Member'),
  (1, 24, 'Treasurer'),
  (2, 6, 'President'),
  (2, 12, 'Member'),
  (2, 22, 'Treasurer'),
  (3, 1, 'Member'),
  (3, 11, 'President'),
  (3, 18, 'Treasurer'),
  (3, 9, 'Member'),
  (3, 23, 'Member'),
  (3, 3, 'Member'),
  (4, 10, 'President'),
  (4, 4, 'Member'),
  (4, 14, 'Member'),
  (5, 8, 'President'),
  (5, 13, 'Member'),
  (6, 6, 'Member'),
  (6, 17, 'President'),
  (6, 22, 'Member');

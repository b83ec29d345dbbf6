CREATE TABLE Office (
  OFFICE_ID INTEGER PRIMARY KEY,
  CITY TEXT NOT NULL,
  COUNTRY TEXT NOT NULL,
  OPENED_YEAR INTEGER NOT NULL,
  DESKS INTEGER NOT NULL
);

CREATE TABLE Team (
  TEAM_ID INTEGER PRIMARY KEY,
  NAME TEXT NOT NULL,
  OFFICE_ID INTEGER NOT NULL REFERENCES Office (OFFICE_ID),
  BUDGET INTEGER NOT NULL
);

CREATE TABLE Employee (
  EMPLOYEE_ID INTEGER PRIMARY KEY,
  NAME TEXT NOT NULL,
  JOB TEXT NOT NULL,
  TEAM_ID INTEGER NOT NULL REFERENCES Team (TEAM_ID),
  CITY TEXT NOT NULL,
  AGE INTEGER NOT NULL,
  SALARY INTEGER NOT NULL,
  HIRE_DATE DATE NOT NULL
);

CREATE TABLE Project (
  PROJECT_ID INTEGER PRIMARY KEY,
  NAME TEXT NOT NULL,
  CLIENT TEXT NOT NULL,
  START_DATE DATE NOT NULL,
  BUDGET INTEGER NOT NULL,
  STATUS TEXT NOT NULL
);

CREATE TABLE Assignment (
  EMPLOYEE_ID INTEGER NOT NULL REFERENCES Employee (EMPLOYEE_ID),
  PROJECT_ID INTEGER NOT NULL REFERENCES Project (PROJECT_ID),
  HOURS INTEGER NOT NULL,
  PRIMARY KEY (EMPLOYEE_ID, PROJECT_ID)
);

CREATE TABLE Skill (
  SKILL_ID INTEGER PRIMARY KEY,
  NAME TEXT NOT NULL
);

CREATE TABLE EmployeeSkill (
  EMPLOYEE_ID INTEGER NOT NULL REFERENCES Employee (EMPLOYEE_ID),
  SKILL_ID INTEGER NOT NULL REFERENCES Skill (SKILL_ID),
  LEVEL INTEGER NOT NULL,
  PRIMARY KEY (EMPLOYEE_ID, SKILL_ID)
);

INSERT INTO Office VALUES
  (1, 'Toronto', 'Canada', 1998, 140),
  (2, 'Boston', 'United States', 2006, 95),
  (3, 'Vancouver', 'Canada', 2013, 60),
  (4, 'Mexico City', 'Mexico', 2018, 45),
  (5, 'Glasgow', 'United Kingdom', 2021, 30);

INSERT INTO Team VALUES
  (1, 'Data', 1, 820000),
  (2, 'Mobile', 1, 640000),
  (3, 'Sales', 2, 510000),
  (4, 'Design', 3, 390000),
  (5, 'Support', 4, 275000),
  (6, 'Research', 2, 930000),
  (7, 'Finance', 1, 330000);

INSERT INTO Employee VALUES
  (1, 'Andrew Kowalski', 'Engineer', 1, 'Toronto', 34, 98000, '2016-05-02'),
  (2, 'Brenda Mills', 'Manager', 1, 'Toronto', 47, 131000, '2005-10-17'),
  (3, 'Catherine Yu', 'Analyst', 1, 'Hamilton', 29, 76000, '2020-02-24'),
  (4, 'Derek Simmons', 'Engineer', 2, 'Toronto', 41, 104000, '2012-07-09'),
  (5, 'Esther Goldberg', 'Designer', 4, 'Vancouver', 36, 83000, '2017-03-13'),
  (6, 'Frank Moretti', 'Manager', 3, 'Boston', 52, 126000, '2007-01-08'),
  (7, 'Gloria Sandoval', 'Agent', 5, 'Mexico City', 26, 39000, '2021-06-14'),
  (8, 'Hassan Karimi', 'Engineer', 6, 'Cambridge', 38, 118000, '2014-09-01'),
  (9, 'Irene Walsh', 'Salesperson', 3, 'Boston', 31, 67000, '2019-04-29'),
  (10, 'Jorge Medina', 'Manager', 5, 'Mexico City', 43, 72000, '2018-08-20'),
  (11, 'Karen Osborne', 'Accountant', 7, 'Toronto', 55, 79000, '2001-11-05'),
  (12, 'Leo Tremblay', 'Engineer', 2, 'Hamilton', 27, 84000, '2022-01-10'),
  (13, 'Monica Reddy', 'Engineer', 6, 'Boston', 33, 112000, '2018-05-28'),
  (14, 'Nathan Wolfe', 'Salesperson', 3, 'Cambridge', 45, 74000, '2011-03-21'),
  (15, 'Olga Ivanova', 'Analyst', 6, 'Boston', 30, 91000, '2019-09-16'),
  (16, 'Peter Chang', 'Designer', 4, 'Vancouver', 28, 71000, '2021-02-01'),
  (17, 'Queenie Lam', 'Manager', 4, 'Vancouver', 39, 109000, '2013-06-03'),
  (18, 'Raul Dominguez', 'Agent', 5, 'Puebla', 24, 36000, '2022-09-12'),
  (19, 'Sheila Grant', 'Manager', 2, 'Toronto', 50, 128000, '2004-04-19'),
  (20, 'Trevor Banks', 'Accountant', 7, 'Oakville', 37, 75000, '2015-12-07'),
  (21, 'Ursula Meyer', 'Manager', 6, 'Boston', 48, 142000, '2009-02-16'),
  (22, 'Vikram Shah', 'Engineer', 1, 'Toronto', 25, 81000, '2022-05-30'),
  (23, 'Wendy Armstrong', 'Agent', 5, 'Mexico City', 32, 41000, '2020-10-26'),
  (24, 'Xavier Leblanc', 'Salesperson', 3, 'Boston', 23, 55000, '2023-01-16');

INSERT INTO Project VALUES
  (1, 'Harvest', 'Prairie Grain', '2021-03-01', 260000, 'finished'),
  (2, 'Lighthouse', 'Atlantic Freight', '2022-01-10', 410000, 'running'),
  (3, 'Mosaic', 'City Museum Trust', '2022-06-20', 145000, 'running'),
  (4, 'Compass', 'Northern Rail', '2020-09-14', 520000, 'finished'),
  (5, 'Orchard', 'Prairie Grain', '2023-02-06', 180000, 'planned'),
  (6, 'Beacon', 'Harbor Bank', '2022-11-07', 605000, 'running'),
  (7, 'Sparrow', 'Kestrel Air', '2021-08-30', 230000, 'cancelled'),
  (8, 'Anchor', 'Atlantic Freight', '2023-04-17', 350000, 'planned'),
  (9, 'Summit', 'Northern Rail', '2023-03-01', 295000, 'running');

INSERT INTO Assignment VALUES
  (1, 1, 202),
  (1, 4, 20),
  (1, 9, 41),
  (2, 2, 328),
  (2, 6, 160),
  (3, 1, 251),
  (3, 6, 174),
  (4, 2, 69),
  (4, 4, 62),
  (5, 3, 27),
  (6, 2, 146),
  (6, 9, 307),
  (8, 2, 97),
  (8, 6, 279),
  (9, 7, 363),
  (11, 1, 258),
  (12, 6, 48),
  (12, 7, 314),
  (13, 2, 188),
  (13, 6, 377),
  (13, 9, 34),
  (14, 4, 244),
  (15, 3, 272),
  (15, 9, 132),
  (16, 3, 370),
  (16, 9, 230),
  (17, 3, 391),
  (19, 4, 90),
  (20, 4, 153),
  (21, 2, 118),
  (21, 6, 195),
  (22, 6, 167);

INSERT INTO Skill VALUES
  (1, 'Python'),
  (2, 'SQL'),
  (3, 'Drawing'),
  (4, 'Negotiation'),
  (5, 'Spanish'),
  (6, 'French'),
  (7, 'Accounting'),
  (8, 'Statistics');

INSERT INTO EmployeeSkill VALUES
  (1, 1, 5),
  (1, 2, 4),
  (2, 2, 3),
  (2, 6, 4),
  (3, 2, 5),
  (3, 8, 4),
  (4, 1, 3),
  (5, 3, 5),
  (6, 4, 5),
  (7, 5, 5),
  (8, 1, 5),
  (8, 8, 5),
  (9, 4, 3),
  (10, 5, 5),
  (10, 4, 2),
  (11, 7, 5),
  (12, 1, 2),
  (12, 6, 5),
  (13, 1, 4),
  (13, 2, 2),
  (14, 4, 4),
  (14, 5, 2),
  (15, 8, 3),
  (15, 2, 4),
  (16, 3, 3),
  (17, 3, 4),
  (19, 6, 2),
  (20, 7, 4),
  (21, 8, 5),
  (21, 1, 3),
  (22, 1, 3),
  (23, 5, 4),
  (5, 6, 3);

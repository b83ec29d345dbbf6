-- How many students are there?
-- What is the total number of students?
SELECT count(*) FROM student

-- List all course titles.
-- What are the titles of the courses?
SELECT title FROM course

-- Show the names of students from Albany.
-- Which students live in the city Albany?
SELECT name FROM student WHERE city = 'Albany'

-- What is the average salary of the professors?
-- How much do professors earn on average?
SELECT avg(salary) FROM professor

-- How many courses give 5 credits?
-- Count the courses worth 5 credits.
SELECT count(*) FROM course WHERE credits = 5

-- Give the names of the clubs from the oldest to the youngest.
-- List club names by founded year.
SELECT name FROM club ORDER BY founded_year

-- From how many different cities do students come?
SELECT count(DISTINCT city) FROM student

-- What is the largest number of seats in a room?
SELECT max(seats) FROM room

-- Which buildings have more than 3 floors? Give their names.
-- What are the names of buildings with over 3 floors?
SELECT name FROM building WHERE floors > 3

-- Show the name and budget of every department.
-- List department names together with their budgets.
SELECT name, budget FROM department

-- Which department has the largest budget?
-- Show the name of the department with the highest budget.
SELECT name FROM department ORDER BY budget DESC LIMIT 1

-- What are the names and ages of students who have more than 100 credits?
-- List name and age for students with over 100 credits.
SELECT name, age FROM student WHERE credits > 100

-- How many students does each city have?
-- Show the number of students per city.
SELECT city, count(*) FROM student GROUP BY city

-- Which professor was hired first? Give the name.
-- Who is the professor with the earliest hire date?
SELECT name FROM professor ORDER BY hire_date LIMIT 1

-- List the title of each course with the name of its department.
-- For each course, show the course title and the department name.
SELECT T1.title, T2.name FROM course AS T1 JOIN department AS T2 ON T1.department_id = T2.department_id

-- Which courses are offered by the Computer Science department? Show titles and credits.
-- What are the titles and credits of the courses in Computer Science?
SELECT T1.title, T1.credits FROM course AS T1 JOIN department AS T2 ON T1.department_id = T2.department_id WHERE T2.name = 'Computer Science'

-- How many students study in the Biology department?
-- Count the students of the department named Biology.
SELECT count(*) FROM student AS T1 JOIN department AS T2 ON T1.department_id = T2.department_id WHERE T2.name = 'Biology'

-- What are the names of the professors who were hired between 2010-01-01 and 2016-12-31 and earn more than 90000?
SELECT name FROM professor WHERE hire_date BETWEEN '2010-01-01' AND '2016-12-31' AND salary > 90000

-- Which courses have Theory in their title? Show the title and the credits.
-- Give title and credits of courses whose title contains Theory.
SELECT title, credits FROM course WHERE title LIKE '%Theory%'

-- Which cities have at least 4 students?
SELECT city FROM student GROUP BY city HAVING count(*) >= 4

-- What is the average age of students in each department? Show the department name.
-- For every department name, give the average age of its students.
SELECT T1.name, avg(T2.age) FROM department AS T1 JOIN student AS T2 ON T1.department_id = T2.department_id GROUP BY T1.department_id

-- Who advises the Chess Club?
-- What is the name of the professor who is the advisor of the Chess Club?
SELECT T1.name FROM professor AS T1 JOIN club AS T2 ON T1.professor_id = T2.advisor_id WHERE T2.name = 'Chess Club'

-- In which building is the History department?
-- Give the name of the building that houses the History department.
SELECT T1.name FROM building AS T1 JOIN department AS T2 ON T1.building_id = T2.building_id WHERE T2.name = 'History'

-- Which students are not enrolled in any class? Give their names.
-- Find the names of students who have no enrollment.
SELECT name FROM student WHERE student_id NOT IN (SELECT student_id FROM enrollment)

-- Which professors earn more than the average professor?
SELECT name FROM professor WHERE salary > (SELECT avg(salary) FROM professor)

-- List the names of professors who are not the advisor of any club.
-- Which professors advise no club?
SELECT name FROM professor WHERE professor_id NOT IN (SELECT advisor_id FROM club)

-- Show the names of the students in the Robotics Team.
-- Who are the members of the Robotics Team? Give the student names.
SELECT T1.name FROM student AS T1 JOIN club_member AS T2 ON T1.student_id = T2.student_id JOIN club AS T3 ON T2.club_id = T3.club_id WHERE T3.name = 'Robotics Team'

-- Which club has the most members? Show its name.
-- What is the name of the club with the largest number of members?
SELECT T1.name FROM club AS T1 JOIN club_member AS T2 ON T1.club_id = T2.club_id GROUP BY T1.club_id ORDER BY count(*) DESC LIMIT 1

-- Who is the president of the Drama Society? The role is President.
SELECT T1.name FROM student AS T1 JOIN club_member AS T2 ON T1.student_id = T2.student_id JOIN club AS T3 ON T2.club_id = T3.club_id WHERE T3.name = 'Drama Society' AND T2.role = 'President'

-- Which building has the most rooms? Show the building name and the number of rooms.
SELECT T1.name, count(*) FROM building AS T1 JOIN room AS T2 ON T1.building_id = T2.building_id GROUP BY T1.building_id ORDER BY count(*) DESC LIMIT 1

-- What is the average grade in the course Programming?
-- Find the average grade that students got in Programming.
SELECT avg(T1.grade) FROM enrollment AS T1 JOIN class AS T2 ON T1.class_id = T2.class_id JOIN course AS T3 ON T2.course_id = T3.course_id WHERE T3.title = 'Programming'

-- Which students are members of both the Chess Club and the Robotics Team?
-- Find the names of students who belong to the Chess Club and to the Robotics Team.
SELECT T1.name FROM student AS T1 JOIN club_member AS T2 ON T1.student_id = T2.student_id JOIN club AS T3 ON T2.club_id = T3.club_id WHERE T3.name = 'Chess Club' INTERSECT SELECT T1.name FROM student AS T1 JOIN club_member AS T2 ON T1.student_id = T2.student_id JOIN club AS T3 ON T2.club_id = T3.club_id WHERE T3.name = 'Robotics Team'

-- Which students older than 21 are in no club? Give names and ages.
-- Show the name and age of students who are over 21 and not a member of any club.
SELECT name, age FROM student WHERE age > 21 AND student_id NOT IN (SELECT student_id FROM club_member)

-- Which departments have no professor who earns more than 90000? Show department names.
-- List the names of departments where no professor has a salary above 90000.
SELECT name FROM department EXCEPT SELECT T1.name FROM department AS T1 JOIN professor AS T2 ON T1.department_id = T2.department_id WHERE T2.salary > 90000

-- What are the names of departments with more than 3 students older than 18? Also show the number of such students.
SELECT T1.name, count(*) FROM department AS T1 JOIN student AS T2 ON T1.department_id = T2.department_id WHERE T2.age > 18 GROUP BY T1.department_id HAVING count(*) > 3

-- Which titles belong to courses that were taught in 2021 and also in 2022?
-- Find the titles of courses with a class in 2021 and a class in 2022.
SELECT T1.title FROM course AS T1 JOIN class AS T2 ON T1.course_id = T2.course_id WHERE T2.year = 2021 INTERSECT SELECT T1.title FROM course AS T1 JOIN class AS T2 ON T1.course_id = T2.course_id WHERE T2.year = 2022

-- List the names and salaries of the professors, the best paid first.
-- Show every professor's name and salary in descending order of salary.
SELECT name, salary FROM professor ORDER BY salary DESC

-- How many professors work in the History department?
-- Count the professors of the department named History.
SELECT count(*) FROM professor AS T1 JOIN department AS T2 ON T1.department_id = T2.department_id WHERE T2.name = 'History'

-- What are the smallest and the largest number of credits that students from Syracuse have?
SELECT min(credits), max(credits) FROM student WHERE city = 'Syracuse'

-- How many courses does each department offer? Show the department name.
-- For every department name, count the courses.
SELECT T1.name, count(*) FROM department AS T1 JOIN course AS T2 ON T1.department_id = T2.department_id GROUP BY T1.department_id

-- Who got the best grade in a class of the course Databases? Give the student's name and the grade.
-- Show the name and grade of the student with the highest grade in Databases.
SELECT T1.name, T2.grade FROM student AS T1 JOIN enrollment AS T2 ON T1.student_id = T2.student_id JOIN class AS T3 ON T2.class_id = T3.class_id JOIN course AS T4 ON T3.course_id = T4.course_id WHERE T4.title = 'Databases' ORDER BY T2.grade DESC LIMIT 1

-- Which students earned a grade over 95 in some class or are from Utica? List the names.
-- Give the names of students with a grade above 95, together with the names of students from Utica.
SELECT T1.name FROM student AS T1 JOIN enrollment AS T2 ON T1.student_id = T2.student_id WHERE T2.grade > 95 UNION SELECT name FROM student WHERE city = 'Utica'
